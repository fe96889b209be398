//! A source file as text.

/// The largest text, in bytes: what a report may have.
const MOST_BYTES: usize = 10 << 20;

/// The text of a file, with `\n` line ends; the error is one sentence.
pub(super) fn of(bytes: &[u8]) -> Result<String, String> {
    if bytes.len() > MOST_BYTES {
        return Err(format!("this file has {} MB: a report may have 10 MB", bytes.len() >> 20));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "this file is not UTF-8".to_owned())?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n"))
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn large_and_binary_files_are_no_text() {
        assert_eq!(of("\u{feff}a\r\nb".as_bytes()).as_deref(), Ok("a\nb"));
        assert!(of(&[0xff]).unwrap_err().contains("not UTF-8"));
        assert!(of(&vec![b'a'; (10 << 20) + 1]).unwrap_err().contains("10 MB"));
    }
}
