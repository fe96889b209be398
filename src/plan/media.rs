//! The media type of an output, for `Content-Type`.

/// What has no better known type.
const UNKNOWN: &str = "application/octet-stream";

/// The content type of an output by its path; text is UTF-8.
pub fn content_type(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref() {
        _ if is_plain_text(path) => "text/plain; charset=utf-8",
        Some(extension) => of_extension(extension),
        None => UNKNOWN,
    }
}

/// Files without an extension, or with a name that only looks like one.
fn is_plain_text(path: &str) -> bool {
    matches!(path, "metrics" | "_headers" | "_redirects" | "CNAME" | ".nojekyll")
}

/// The content type of files whose names end in this, in small letters and without the dot.
pub fn of_extension(extension: &str) -> &'static str {
    match extension {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json; charset=utf-8",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        // RFC 4287 §7, RSS 2.0, RFC 5545 §8.1.
        "atom" => "application/atom+xml; charset=utf-8",
        "rss" => "application/rss+xml; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "md" => "text/markdown; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "svg" => "image/svg+xml; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "mp4" => "video/mp4",
        "webm" => "video/webm",
        "mp3" => "audio/mpeg",
        "pdf" => "application/pdf",
        "zip" => "application/zip",
        "gz" => "application/gzip",
        "wasm" => "application/wasm",
        _ => UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::content_type;

    #[test]
    fn types_by_path() {
        let check = |path: &str, expected: &str| assert_eq!(content_type(path), expected, "{path}");
        check("index.html", "text/html; charset=utf-8");
        check("components/a.b/history.atom", "application/atom+xml; charset=utf-8");
        check("metrics", "text/plain; charset=utf-8");
        check(".nojekyll", "text/plain; charset=utf-8");
        check("static/PHOTO.JPG", "image/jpeg");
        check("a.b/c", "application/octet-stream");
        check("files/metrics", "application/octet-stream");
    }
}
