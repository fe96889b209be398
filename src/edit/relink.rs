//! Adjusts a report's links after a move.

use crate::model::report::Kind;
use crate::parse;
use crate::parse::draft::LinkDraft;
use crate::source::SourcePath;

/// The text of a report that moves one folder deeper, with relative links that still lead to the same place.
///
/// Reference links are not changed, since their definitions may stand anywhere; the link check reports broken ones.
pub fn one_deeper(path: &SourcePath, kind: Kind, text: &str) -> String {
    let draft = parse::report(path, text.as_bytes(), kind).expect("a report that was read once");
    let text = &*draft.text;
    let links = draft.links.iter().filter(|link| is_relative(&link.target));
    let place =
        |link: &LinkDraft| Some(link.span.start + target_place(&text[link.span.clone()], &link.target)?);
    let mut places: Vec<usize> = links.filter_map(place).collect();
    // A link may contain an image, whose target comes first.
    places.sort_unstable();
    let (mut moved, mut copied) = (String::with_capacity(text.len() + 3 * places.len()), 0);
    for at in places {
        moved.push_str(&text[copied..at]);
        moved.push_str("../");
        copied = at;
    }
    moved.push_str(&text[copied..]);
    moved
}

/// The position of an inline link's target: after `](` in Markdown, after the attribute's `=` in HTML. The target's
/// text may also occur in the link's text or title.
fn target_place(link: &str, target: &str) -> Option<usize> {
    let is_html = link.starts_with('<');
    let is_address =
        |at: usize| ["src", "href", "poster"].iter().any(|name| link[..at].trim_end().ends_with(name));
    let openings = link.match_indices(if is_html { "=" } else { "](" });
    let openings =
        openings.filter(|(at, _)| !is_html || is_address(*at)).map(|(at, opening)| at + opening.len());
    let behind_space =
        |at: usize| at + link[at..].len() - link[at..].trim_start_matches([' ', '\n', '<', '"', '\'']).len();
    openings.map(behind_space).filter(|&at| link[at..].starts_with(target)).last()
}

fn is_relative(target: &str) -> bool {
    let scheme = target.split(['/', '?', '#']).next().unwrap_or_default().contains(':');
    !scheme && !target.is_empty() && !target.starts_with(['/', '#', '?'])
}

#[cfg(test)]
mod tests {
    use super::one_deeper;
    use crate::model::report::Kind;
    use crate::source::SourcePath;

    #[test]
    fn relative_links_get_a_step_up() {
        let text = "+++\ntitle = \"x\"\n+++\n\n## Resolved, 2024-04-16 10:33Z\n\n[a.md](a.md#part) ![i](i.png \"i.png\")\n\
                    [b](../b.md), [root](/about/), [web](https://example.org/a.md), [here](#x), <mailto:a@example.org>\n\
                    \n<img alt=\"i.png\" src=\"i.png\">\n";
        let expected = text
            .replacen("(a.md#part)", "(../a.md#part)", 1)
            .replacen("(i.png", "(../i.png", 1)
            .replacen("src=\"i.png", "src=\"../i.png", 1)
            .replacen("(../b.md)", "(../../b.md)", 1);
        assert_eq!(one_deeper(&SourcePath::new("content/incidents/x.md"), Kind::Incident, text), expected);
    }
}
