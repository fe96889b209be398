export default {"days":"{first} – {last}"};
