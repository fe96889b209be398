//! Footnotes: numbered in the order of references, listed below the text.

use std::collections::BTreeMap;

use super::escape::push_attribute;
use super::options::HtmlOptions;

#[derive(Default)]
pub(super) struct Footnotes {
    /// Names in the order of their numbers, with the number of references.
    order: Vec<(String, usize)>,
    numbers: BTreeMap<String, usize>,
    bodies: BTreeMap<String, String>,
}

impl Footnotes {
    /// The footnote's number, from 1; assigned at the first reference.
    fn number(&mut self, name: &str) -> usize {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        self.order.push((name.to_owned(), 0));
        self.numbers.insert(name.to_owned(), self.order.len());
        self.order.len()
    }

    /// Appends a reference: a link, or only its number inside another link.
    pub(super) fn push_reference(
        &mut self,
        out: &mut String,
        name: &str,
        is_in_link: bool,
        options: &HtmlOptions<'_>,
    ) {
        let number = self.number(name);
        out.push_str("<sup class=\"footnote-reference\">");
        if is_in_link {
            out.push_str(&format!("{number}</sup>"));
            return;
        }
        let count = &mut self.order[number - 1].1;
        *count += 1;
        let repeated = if *count > 1 { format!(".{count}") } else { String::new() };
        out.push_str("<a href=\"#");
        push_id(out, options, &format!("fn.{number}"));
        out.push_str("\" id=\"");
        push_id(out, options, &format!("fnref.{number}{repeated}"));
        out.push_str("\" role=\"doc-noteref\" aria-label=\"");
        push_attribute(out, options.labels.note);
        out.push_str(&format!(" {number}\">{number}</a></sup>"));
    }

    pub(super) fn define(&mut self, name: &str, body: &str) {
        self.bodies.entry(name.to_owned()).or_default().push_str(body);
    }

    /// Appends all footnotes; unreferenced ones come last.
    pub(super) fn push_list(&mut self, out: &mut String, options: &HtmlOptions<'_>) {
        if self.bodies.is_empty() {
            return;
        }
        let names: Vec<String> = self.bodies.keys().cloned().collect();
        for name in names {
            self.number(&name);
        }
        out.push_str("<ol class=\"footnotes\">\n");
        for (index, (name, references)) in self.order.iter().enumerate() {
            let body = self.bodies.get(name).map_or("", String::as_str);
            push_note(out, index + 1, body, *references, options);
        }
        out.push_str("</ol>\n");
    }
}

/// Appends a footnote, with a back link in its last paragraph if it is referenced.
fn push_note(out: &mut String, number: usize, body: &str, references: usize, options: &HtmlOptions<'_>) {
    out.push_str("<li id=\"");
    push_id(out, options, &format!("fn.{number}"));
    out.push_str("\">");
    let (text, end) = body.strip_suffix("</p>\n").map_or((body, ""), |text| (text, "</p>\n"));
    out.push_str(text);
    if references > 0 {
        out.push_str(" <a href=\"#");
        push_id(out, options, &format!("fnref.{number}"));
        out.push_str("\" role=\"doc-backlink\" aria-label=\"");
        push_attribute(out, options.labels.back);
        out.push_str("\">↩</a>");
    }
    out.push_str(end);
    out.push_str("</li>\n");
}

/// Appends an id. The dot makes it distinct from heading ids, which have none.
fn push_id(out: &mut String, options: &HtmlOptions<'_>, id: &str) {
    push_attribute(out, options.id_prefix);
    out.push_str(id);
}
