//! Reads a service's responses: error codes, messages and the age of objects.

use std::io;

use crate::edge::http::Response;
use crate::time::Instant;

/// Seconds since an object was written, by the service's clock alone.
pub(super) fn age_secs(response: &Response) -> Option<i64> {
    let at = |name: &str| response.header(name).and_then(Instant::parse_http_date);
    Some(at("date")?.secs_since(at("last-modified")?))
}

/// Whether the service may well answer otherwise a moment later.
pub(super) fn passes(answer: &io::Result<Response>) -> bool {
    match answer {
        Err(error) => error.kind() != io::ErrorKind::InvalidInput,
        Ok(response) => match response.status {
            408 | 429 | 500 | 502 | 503 | 504 => true,
            400 => matches!(code(response).as_str(), "RequestTimeout" | "SlowDown" | "Throttling"),
            _ => false,
        },
    }
}

/// The service's word for what is wrong; empty when it has none.
pub(super) fn code(response: &Response) -> String {
    if response.is_success() { String::new() } else { element(&response.body, "Code") }
}

/// The error in the service's words. Only two elements are shown: others hold keys and signatures.
pub(super) fn in_words(response: &Response) -> String {
    let (code, message) = (code(response), element(&response.body, "Message"));
    let status = response.status;
    match (response.header("x-amz-bucket-region"), code.as_str()) {
        (Some(region), _) if (300..400).contains(&status) => {
            format!("the bucket is in the region `{region}`: write it as `region` in site.toml")
        }
        (_, "") => format!("the service answers {status}"),
        (_, code) if message.is_empty() => format!("the service answers {status} {code}"),
        (_, code) => format!("the service answers {status} {code}: {}", message.trim_end_matches('.')),
    }
}

/// The text of an XML element without others in it; empty when there is none.
pub(super) fn element(body: &[u8], name: &str) -> String {
    let text = String::from_utf8_lossy(body);
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let inside = text.split_once(&open).and_then(|(_, rest)| rest.split_once(&close));
    inside.map(|(inside, _)| inside.trim().replace(['\n', '\r'], " ")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Response, age_secs, in_words, passes};

    #[test]
    fn what_the_service_says_is_shown_without_secrets() {
        let body = b"<?xml version=\"1.0\"?><Error><Code>SignatureDoesNotMatch</Code><Message>It does not match.</Message>\
            <AWSAccessKeyId>AKIA</AWSAccessKeyId><StringToSign>x</StringToSign></Error>";
        let mut response = Response { status: 403, body: body.to_vec(), ..Response::default() };
        assert_eq!(in_words(&response), "the service answers 403 SignatureDoesNotMatch: It does not match");
        response.body = b"<html>".to_vec();
        assert_eq!(in_words(&response), "the service answers 403");
        response.status = 301;
        response.headers = vec![("x-amz-bucket-region".to_owned(), "eu-west-1".to_owned())];
        assert_eq!(
            in_words(&response),
            "the bucket is in the region `eu-west-1`: write it as `region` in site.toml"
        );
    }

    #[test]
    fn only_what_passes_is_tried_again() {
        let answer = |status| Ok(Response { status, ..Response::default() });
        let tried: Vec<u16> = [200, 301, 400, 403, 404, 408, 412, 429, 500, 501, 503]
            .into_iter()
            .filter(|status| passes(&answer(*status)))
            .collect();
        assert_eq!(tried, [408, 429, 500, 503]);
        let slow = b"<Error><Code>SlowDown</Code></Error>".to_vec();
        assert!(passes(&Ok(Response { status: 400, body: slow, ..Response::default() })));
        assert!(passes(&Err(std::io::ErrorKind::ConnectionReset.into())));
        assert!(!passes(&Err(std::io::ErrorKind::InvalidInput.into())));
    }

    #[test]
    fn the_services_clock_tells_an_objects_age() {
        let mut response = Response::default();
        assert_eq!(age_secs(&response), None);
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        response.headers = vec![
            header("date", "Sun, 06 Nov 1994 08:51:37 GMT"),
            header("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ];
        assert_eq!(age_secs(&response), Some(120));
    }
}
