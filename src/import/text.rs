//! A source file as text.

/// The largest text, in bytes: what a report may have.
const MOST_BYTES: usize = 10 << 20;

/// The text of a file, with `\n` line ends; the error is one sentence.
pub(super) fn of(bytes: &[u8]) -> Result<String, String> {
    if bytes.len() > MOST_BYTES {
        return Err(too_large(MOST_BYTES as u64));
    }
    decoded(bytes).map(|text| text.replace("\r\n", "\n"))
}

/// The characters of a file without its byte order mark; the error names the first line that has others.
pub(super) fn decoded(bytes: &[u8]) -> Result<&str, String> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| format!("line {}: this file is not UTF-8", line_at(bytes, error.valid_up_to())))?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The line of a position, from 1.
pub fn line_at(text: impl AsRef<[u8]>, at: usize) -> usize {
    text.as_ref()[..at].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// That a file has more than so many bytes.
pub fn too_large(most: u64) -> String {
    let most = if most < 1 << 20 { format!("{most} bytes") } else { format!("{} MiB", most >> 20) };
    format!("this file has more than {most}, which is the limit")
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn large_and_binary_files_are_no_text() {
        assert_eq!(of("\u{feff}a\r\nb".as_bytes()).as_deref(), Ok("a\nb"));
        assert_eq!(of(b"a\n\nb\xff").unwrap_err(), "line 3: this file is not UTF-8");
        assert!(of(&vec![b'a'; 10 << 20]).is_ok());
        assert_eq!(
            of(&vec![b'a'; (10 << 20) + 1]).unwrap_err(),
            "this file has more than 10 MiB, which is the limit"
        );
    }
}
