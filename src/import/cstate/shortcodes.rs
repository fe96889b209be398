//! Hugo's shortcodes: `track` holds the time of a message.

use crate::import::text::line_at;

/// Around the time of a `track`, in a text that is still being converted. The input loses these characters.
const OPEN: char = '\u{e010}';
const CLOSE: char = '\u{e011}';

/// The text with the times of `track` and `htrack` marked, and the other shortcodes, which are left out: their names, with the
/// lines of the text, from 1.
pub(super) fn marked(text: &str) -> (String, Vec<(usize, String)>) {
    let (mut out, mut others) = (String::with_capacity(text.len()), Vec::new());
    let (mut from, mut line, ends) = (0, 1, MARKS.map(|(_, close)| text.rfind(close)));
    while let Some((start, inside, end)) = next(text, from, ends) {
        out.push_str(&text[from..start].replace([OPEN, CLOSE], ""));
        line += line_at(&text[from..start], start - from) - 1;
        let mut words = inside.split_whitespace();
        let name = words.next().unwrap_or_default();
        match name {
            "track" | "htrack" => {
                let time = inside[inside.find(name).unwrap_or_default() + name.len()..].trim();
                let time = time.split_once('=').map_or(time, |(_, time)| time);
                out.push(OPEN);
                out.push_str(time.trim_matches(|c: char| c.is_whitespace() || "\"'`".contains(c)));
                out.push(CLOSE);
            }
            _ if name.starts_with('/') => {}
            _ => others.push((line, name.to_owned())),
        }
        line += inside.matches('\n').count();
        from = end;
    }
    out.push_str(&text[from..].replace([OPEN, CLOSE], ""));
    (out, others)
}

/// What opens and closes a shortcode.
const MARKS: [(&str, &str); 2] = [("{{<", ">}}"), ("{{%", "%}}")];

/// The next shortcode from a position: its start, inside and end; `ends` are the last places that close one. A shortcode
/// that is commented out is text.
fn next(text: &str, mut from: usize, ends: [Option<usize>; 2]) -> Option<(usize, &str, usize)> {
    loop {
        let at = from + text[from..].find("{{")?;
        for ((open, close), last) in MARKS.iter().zip(ends) {
            let inside = text[at..].strip_prefix(open).filter(|inside| !inside.starts_with("/*"));
            let Some(inside) = inside.filter(|_| last.is_some_and(|last| at < last)) else { continue };
            if let Some(end) = inside.find(close) {
                return Some((at, &inside[..end], at + open.len() + end + close.len()));
            }
        }
        from = at + 2;
    }
}

/// The first marked time of a text.
pub(super) fn time(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once(OPEN)?;
    rest.split_once(CLOSE).map(|(time, _)| time)
}

/// Whether the text has exactly one marked time.
pub(super) fn has_one(text: &str) -> bool {
    text.matches(OPEN).count() == 1
}

/// The text without marked times.
pub(super) fn without(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, marked)) = rest.split_once(OPEN) {
        out.push_str(before.trim_end_matches(' '));
        rest = marked.split_once(CLOSE).map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

/// The text with marked times in parentheses.
pub(super) fn spelled(text: &str) -> String {
    text.replace(OPEN, "(").replace(CLOSE, ")")
}

#[cfg(test)]
mod tests {
    use super::{marked, spelled, time, without};

    #[test]
    fn a_track_is_the_time_of_its_message() {
        let (text, others) = marked(
            "Up. {{< track \"2018-04-13 17:30:00\" >}} x {{<figure src=\"a.png\">}}{{% /note %}} {{</* kept */>}}",
        );
        assert_eq!(time(&text), Some("2018-04-13 17:30:00"));
        assert_eq!(without(&text), "Up. x  {{</* kept */>}}");
        assert_eq!(spelled(&text), "Up. (2018-04-13 17:30:00) x  {{</* kept */>}}");
        assert_eq!(others, [(1, "figure".to_owned())]);
        assert_eq!(marked("a\n{{< b >}}\n{{< c >}}").1, [(2, "b".to_owned()), (3, "c".to_owned())]);
        assert_eq!(marked("a {{< b").0, "a {{< b");
    }
}
