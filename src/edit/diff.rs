//! Diffs for people to read.

use diffy::{DiffOptions, PatchFormatter};

const CONTEXT: usize = 2;

/// A unified diff from `old` to `new` with little context; empty when they are equal.
///
/// Carriage returns are left out, since a terminal would act on them.
pub fn unified(path: &str, old: Option<&str>, new: &str) -> String {
    if old == Some(new) {
        return String::new();
    }
    let old_name = if old.is_some() { format!("a/{path}") } else { "/dev/null".to_owned() };
    let mut options = DiffOptions::new();
    options
        .set_context_len(CONTEXT)
        .set_original_filename(old_name)
        .set_modified_filename(format!("b/{path}"));
    let patch = options.create_patch(old.unwrap_or_default(), new);
    // An empty line of context keeps its leading space, as that of git does.
    let formatter = PatchFormatter::new().suppress_blank_empty(false);
    formatter.fmt_patch(&patch).to_string().replace('\r', "")
}

#[cfg(test)]
mod tests {
    use super::unified;

    #[test]
    fn only_what_changed_is_shown() {
        let old = "a\nb\nc\nd\ne\n";
        let expected = "--- a/x.md\n+++ b/x.md\n@@ -2,4 +2,5 @@\n b\n c\n+new\n d\n e\n";
        assert_eq!(unified("x.md", Some(old), "a\nb\nc\nnew\nd\ne\n"), expected);
        assert_eq!(unified("x.md", Some(old), old), "");
        let expected = "--- a/x.md\n+++ b/x.md\n@@ -1,2 +1,3 @@\n a\n \n+new\n";
        assert_eq!(unified("x.md", Some("a\n\n"), "a\n\nnew\n"), expected);
    }

    #[test]
    fn a_new_file_is_all_added_and_nothing_moves_the_cursor() {
        assert_eq!(
            unified("x.md", None, "a\r\nb\r\n"),
            "--- /dev/null\n+++ b/x.md\n@@ -0,0 +1,2 @@\n+a\n+b\n"
        );
    }
}
