//! Values as the bytes of a JSON file.

/// JSON with a line end.
pub(super) fn json<T: serde::Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(value).expect("plain values with text keys become JSON");
    bytes.push(b'\n');
    bytes
}
