//! The grammar of updates and postmortem, and that every deviation is reported.

use std::ops::Range;

use proptest::prelude::{ProptestConfig, any, prop, proptest};

use super::report;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::report::Kind;
use crate::parse::draft::ReportDraft;
use crate::parse::testing::{marked, texts};
use crate::source::SourcePath;

const FRONT: &str = "+++\ntitle = 'x'\n+++\n";

fn draft(kind: Kind, text: &str) -> ReportDraft {
    report(&SourcePath::new("content/incidents/x.md"), text.as_bytes(), kind).unwrap()
}

/// The updates and the postmortem of a report, one per line.
fn sections(draft: &ReportDraft) -> String {
    let text = &draft.text;
    let updates = draft.updates.iter().map(|update| {
        let status = update.status.value.map_or("update", |status| status.as_str());
        let lines: Vec<&str> = update.lines.iter().map(|line| &text[line.span.clone()]).collect();
        let id = update.id.as_ref().map(|id| format!(" id={}", id.value)).unwrap_or_default();
        let next = update.next_update.as_ref().map(|next| format!(" next={}", &text[next.span.clone()]));
        let next = next.unwrap_or_default();
        format!(
            "{status}@{}{id}{next} {lines:?} {:?}\n",
            &text[update.at.span.clone()],
            &text[update.body.clone()]
        )
    });
    let postmortem = draft.postmortem.as_ref().map(|postmortem| {
        let at = postmortem.at.as_ref().map_or("undated", |at| &text[at.span.clone()]);
        format!("postmortem@{at} draft={} {:?}\n", postmortem.draft, &text[postmortem.body.clone()])
    });
    updates.chain(postmortem).collect()
}

/// The problems of lines between an update's sentence and another one.
fn problems(lines: &str) -> Vec<Diagnostic> {
    let text = format!("{FRONT}## Investigating, 2024-04-16 10:03\n\nSlow.\n\n{lines}\n\nWe broke it.\n");
    draft(Kind::Incident, &text).problems
}

#[track_caller]
fn check_problems(lines: &str, expected: &[&str]) {
    let problems = problems(lines);
    let rules: Vec<_> = problems.iter().map(|it| format!("{}[{}]", it.severity.as_str(), it.rule)).collect();
    assert_eq!(rules, expected, "{lines}");
}

#[track_caller]
fn check(body: &str, expected_sections: &str, expected_problems: &str) {
    let draft = draft(Kind::Incident, &format!("{FRONT}{body}"));
    assert_eq!(sections(&draft), expected_sections, "{body}");
    assert_eq!(marked(&draft.text, &draft.problems), expected_problems, "{body}");
}

#[test]
fn a_report_reads_as_a_document() {
    check(
        "\n## Investigating, 2024-04-16 10:03\n\nSome donors see an error.\n\n## Identified, 10:06\n\
         giving: major_outage\nnext_update: 10:30\nid: abc\n\nThe fix:\n\n- roll back\n\n  ## Resolved, 10:07\n\n\
         ### Heading\n\n## Resolved, 10:33\n\nFine.\n\n# Postmortem, 2024-04-19 16:13\n\n## Impact\n\nAll.\n",
        "investigating@2024-04-16 10:03 [] \"Some donors see an error.\"\n\
         identified@10:06 id=abc next=10:30 [\"giving: major_outage\"] \
         \"The fix:\\n\\n- roll back\\n\\n  ## Resolved, 10:07\\n\\n### Heading\"\n\
         resolved@10:33 [] \"Fine.\"\n\
         postmortem@2024-04-19 16:13 draft=false \"## Impact\\n\\nAll.\"\n",
        "",
    );
}

#[test]
fn every_form_of_a_heading_is_read() {
    check(
        "## IN_VESTIGATING - 2024-04-16T10:03:20-06:00\na\n## update | 10:04 MDT ##\nb\n##   Update at 10:05\nc\n\
         ## Resolved — 10:06 UTC <!-- d -->\n    e\n\n## postmortem, Draft\n\n<!-- f -->\n",
        "investigating@2024-04-16T10:03:20-06:00 [] \"a\"\n\
         update@10:04 MDT [] \"b\"\n\
         update@10:05 [] \"c\"\n\
         resolved@10:06 UTC [] \"    e\"\n\
         postmortem@undated draft=true \"<!-- f -->\"\n",
        "",
    );
    check(
        "\r\n## Resolved, 2024-04-16 10:03\r\na: ok\r\nb\r\n\r\n# Postmortem\r\n",
        "resolved@2024-04-16 10:03 [\"a: ok\"] \"b\"\npostmortem@undated draft=false \"\"\n",
        "",
    );
}

#[test]
fn nothing_but_front_matter_is_no_problem_of_the_file_alone() {
    check("", "", "");
    check("\n<!-- to do -->\n", "", "");
    check(
        "<!-- a -->\n\n## Resolved, 2024-04-16 10:03\na\n<!-- b -->\n",
        "resolved@2024-04-16 10:03 [] \"a\\n<!-- b -->\"\n",
        "",
    );
}

#[test]
fn other_headings_are_errors() {
    check(
        "## Summary\n\n## Resolvd\n\n## Post-mortem\n\n## Resolved 10:33\n\n## Root cause, and more\n",
        "",
        "unknown-heading <## Summary>, unknown-heading <## Resolvd>, unknown-heading <## Post-mortem>, \
         unknown-heading <## Resolved 10:33>, unknown-heading <## Root cause, and more>",
    );
    check(
        "# Resolved, 2024-04-16 10:33\na\n",
        "resolved@2024-04-16 10:33 [] \"a\"\n",
        "unknown-heading <# Resolved, 2024-04-16 10:33>",
    );
    check(
        "## Resolved, 2024-04-16 10:33\na\n---\nb\n\nc\n===\n",
        "resolved@2024-04-16 10:33 [] \"\"\n",
        "setext-heading <a\\n--->, setext-heading <c\\n===>",
    );
}

#[test]
fn forgotten_headings_are_found() {
    check(
        "## Investigating, 2024-04-16 10:03\na #42\n##Resolved, 10:33\n#hashtag\n\n#Postmortem\n\n`##Resolved`\n",
        "investigating@2024-04-16 10:03 [] \"a #42\\n##Resolved, 10:33\\n#hashtag\\n\\n#Postmortem\\n\\n`##Resolved`\"\n",
        "forgotten-heading <##Resolved, 10:33>, forgotten-heading <#Postmortem>",
    );
    check("##Resolved, 2024-04-16 10:33\n", "", "forgotten-heading <##Resolved, 2024-04-16 10:33>");
    check(
        "## Investigating, 2024-04-16 10:03\n\nIdentified, 10:06\n\n**Resolved at 10:33**\n\n### Update, 10:40\n\n\
         Resolved, we hope\n",
        "investigating@2024-04-16 10:03 [] \"Identified, 10:06\\n\\n**Resolved at 10:33**\\n\\n\
         ### Update, 10:40\\n\\nResolved, we hope\"\n",
        "heading-like-line <Identified, 10:06>, heading-like-line <**Resolved at 10:33**>, \
         heading-like-line <### Update, 10:40>",
    );
}

#[test]
fn a_heading_behind_something_else_is_named() {
    for (line, why) in [
        ("\u{200b}## Resolved, 10:33", "there is an invisible character before its `#`"),
        ("\u{feff}## Resolved, 10:33", "there is an invisible character before its `#`"),
        ("##\u{200b} Resolved, 10:33", "there is no space after its `#`"),
        ("##\u{a0}Resolved, 10:33", "there is no space after its `#`"),
        ("\u{a0}## Resolved, 10:33", "it does not begin its line"),
        ("Text\n    ## Resolved, 10:33", "it does not begin its line"),
        ("\u{ff03}\u{ff03} Resolved, 10:33", "its `\u{ff03}` is not `#`"),
    ] {
        let problems = problems(line);
        let problem = problems.iter().find(|it| it.rule == "forgotten-heading").expect(line);
        assert!(problem.message.ends_with(why), "{line}: {}", problem.message);
        let help = problem.help.as_deref().unwrap_or_default();
        assert!(help.starts_with("write `#") && help.ends_with("# Resolved, 10:33`"), "{line}: {help}");
    }
    for line in ["\\## Resolved, 10:33", "\\# 4 of 5", "\\#hashtag", "\u{200b}Resolved it is", "\u{ff03}1"] {
        check_problems(line, &[]);
    }
}

/// Only `# Postmortem, draft` keeps a postmortem back; what reads like it must not publish one.
#[test]
fn near_misses_of_a_postmortem_under_review_are_errors() {
    let lines = "# Postmortem (draft)·## Draft postmortem·# Postmortem draft·# Postmortem: draft·\
        # Postmortem\u{ff1a} draft·# Postmortem\u{ff0c} DRAFT·# Post-mortem, draft·# Postmortm, draft·\
        # \u{ff30}ostmortem, draft·#Postmortem, draft·### Postmortem, draft·###### POSTMORTEM (Draft)·\
        **Postmortem, draft**·_Postmortem \u{2013} draft_·Postmortem, draft·> # Postmortem, draft·\
        - Postmortem, draft·    # Postmortem, draft·\u{200b}# Postmortem, draft·\\# Postmortem, draft·\
        <h1>Postmortem, draft</h1>·Postmortem, draft\n=====·Postmortem (draft)\n---·\
        ### Postmortem, 2024-04-19 16:13, draft";
    for line in lines.split('·') {
        let problems: Vec<_> =
            problems(line).into_iter().filter(|it| it.severity == Severity::Error).collect();
        let [error] = problems.as_slice() else { panic!("{line}: {problems:?}") };
        let help = error.help.as_deref().unwrap_or_default();
        assert_eq!((error.rule, help), ("unknown-heading", "write `# Postmortem, draft`"), "{line}");
    }
    let lines = "A draft of the postmortem will follow.·The postmortem is a draft.·Postmortem drafted by noon.·\
        **Postmortem**·```\n# Postmortem, draft\n```·`# Postmortem, draft` is what we write.·\
        Next:\n\n- Draft the postmortem\n- Draft postmortem\n\n1. Draft postmortem·\
        | at | what |\n|---|---|\n| 16:00 | Postmortem draft |·\
        Over.\n\n# Postmortem\n\nIt broke.\n\n- Postmortem draft: Kim\n- Postmortem draft";
    for line in lines.split('·') {
        check_problems(line, &[]);
    }
}

#[test]
fn a_line_below_the_heading_keeps_no_postmortem_back() {
    let lines = "draft·Draft: true·**draft**·> Draft·### Draft·Status: draft·_(this is a draft)_\nmore";
    for line in lines.split('·') {
        check_problems(&format!("# Postmortem\n\n{line}"), &["error[unknown-heading]"]);
    }
    check_problems("# Postmortem,", &["error[invalid-time]"]);
    check_problems("# Postmortem, <!-- draft -->", &["error[unknown-heading]", "error[invalid-time]"]);
    check_problems("# Postmortem <!-- draft -->", &["error[unknown-heading]"]);
    check_problems("# Postmortem, draft\n\nA.\n\n# Postmortem, draft", &["error[unknown-heading]"]);
    let lines =
        "The first draft was wrong.·```\ndraft\n```·Draft horses pulled it.·It broke.\n\n### Draft\n\nDraft";
    for line in lines.split('·') {
        check_problems(&format!("# Postmortem\n\n{line}"), &[]);
    }
}

#[test]
fn a_heading_that_says_draft_is_seen_by_readers() {
    for line in ["### Cause (draft)", "#### Postmortem, WIP", "### Draft"] {
        check_problems(line, &["warning[heading-like-line]"]);
    }
    check_problems("### Drafts are lost", &[]);
}

/// The texts of other messages stand in the fixtures of broken sites.
#[test]
fn help_fits_what_was_written() {
    for (line, help) in [
        ("## Summary", "write a heading inside an update with `###`"),
        ("## Root cause, and more", "write a heading inside an update with `###`"),
        ("## Resolvd", "did you mean `## Resolved, 2024-04-16 10:33`?"),
        ("## Post-mortem", "did you mean `# Postmortem`, or `# Postmortem, draft` until it is published?"),
        ("## Resolved 10:33", "write the comma: `## Resolved, 10:33`"),
        ("# Resolved, 10:33", "write `## Resolved, 10:33`"),
        ("## Resolved", "write `## Resolved, 2024-04-16 10:33`"),
        ("## Investigate, 10:33", "did you mean `Investigating`?"),
        (
            "## Fixing, 10:33",
            "use `Investigating`, `Identified`, `Monitoring`, `Resolved`, `Update`, `Postmortem`",
        ),
        (
            "# Postmortem, someday",
            "write a time such as `2024-04-19 16:13`, `draft`, or nothing after `# Postmortem`",
        ),
        ("a\n===", "leave a blank line above the `===`, or write a heading with `###`"),
        ("a\n---", "leave a blank line above the `---`, or write a heading with `###`"),
        ("##Resolved, 10:33", "write `## Resolved, 10:33`"),
        ("#Postmortem", "write `# Postmortem`"),
        ("```\n## Resolved, 10:33", "close the code above the heading"),
        ("<pre>\n\n## Resolved, 10:33", "close the HTML above the heading"),
    ] {
        assert_eq!(problems(line)[0].help.as_deref(), Some(help), "{line}");
    }
}

#[test]
fn times_and_statuses_are_judged() {
    check(
        "Hello.\nMore.\n\n- more\n\n## Resolved, 2024-04-16 10:33\na\n",
        "resolved@2024-04-16 10:33 [] \"a\"\n",
        "text-before-update <Hello.>",
    );
    check(
        "## Resolved\na\n## Identified, soon\nb\n## Fixing, 10:06\nc\n## Investigate, 2024-04-16 10:07\nd\n",
        "update@10:06 [] \"c\"\nupdate@2024-04-16 10:07 [] \"d\"\n",
        "invalid-time <## Resolved>, invalid-time <soon>, unknown-status <Fixing>, unknown-status <Investigate>",
    );
    check(
        "## Investigating, 10:03\na\n## Resolved, 10:33\nb\n",
        "investigating@10:03 [] \"a\"\nresolved@10:33 [] \"b\"\n",
        "bare-first-time <10:03>",
    );
    check(
        "## Resolved, 2024-04-16 10:33\na\n# Postmortem (not final)\nb",
        "resolved@2024-04-16 10:33 [] \"a\"\n",
        "unknown-heading <# Postmortem (not final)>",
    );
    check("# Postmortem, someday\na", "postmortem@undated draft=false \"a\"\n", "invalid-time <someday>");
}

#[test]
fn updates_say_something() {
    check(
        "## Investigating, 2024-04-16 10:03\n## Identified, 10:06\n<!-- a -->\n## Monitoring, 10:07\napi: ok\n",
        "investigating@2024-04-16 10:03 [] \"\"\nidentified@10:06 [] \"<!-- a -->\"\nmonitoring@10:07 [\"api: ok\"] \"\"\n",
        "empty-update <## Investigating, 2024-04-16 10:03>, empty-update <## Identified, 10:06>",
    );
    // An end says enough by itself, and imports know no more of it.
    check("## Resolved, 2024-04-16 10:33\n", "resolved@2024-04-16 10:33 [] \"\"\n", "");
}

#[test]
fn the_postmortem_is_free_but_for_what_reads_as_an_update() {
    check(
        "# Postmortem\n\nA\n=\n\n## Resolved, 10:33\n\n### Resolved, 10:33\n\n- # Resolved, 10:33\n\n# Postmortem\n",
        "postmortem@undated draft=false \"A\\n=\\n\\n## Resolved, 10:33\\n\\n### Resolved, 10:33\\n\\n\
         - # Resolved, 10:33\\n\\n# Postmortem\"\n",
        "update-in-postmortem <## Resolved, 10:33>, update-in-postmortem <### Resolved, 10:33>",
    );
}

#[test]
fn what_is_not_closed_is_reported() {
    check(
        "## Investigating, 2024-04-16 10:03\na\n\n```\nb\n\n## Resolved, 10:33\n",
        "investigating@2024-04-16 10:03 [] \"a\\n\\n```\\nb\\n\\n## Resolved, 10:33\"\n",
        "unclosed-code <```>",
    );
    check(
        "## Resolved, 2024-04-16 10:03\n\n```\n## Resolved, 10:33\n```\n",
        "resolved@2024-04-16 10:03 [] \"```\\n## Resolved, 10:33\\n```\"\n",
        "",
    );
    check(
        "## Investigating, 2024-04-16 10:03\na\n\n<pre>\n\n## Resolved, 10:33\n",
        "investigating@2024-04-16 10:03 [] \"a\\n\\n<pre>\\n\\n## Resolved, 10:33\"\n",
        "unclosed-code <<pre>>, unsupported-html <<pre>>",
    );
    check(
        "## Investigating, 2024-04-16 10:03\na <!-- b\n\nc -->\n\n<!-- d\n",
        "investigating@2024-04-16 10:03 [] \"a <!-- b\\n\\nc -->\\n\\n<!-- d\"\n",
        "unclosed-comment <<!-->, unclosed-comment <<!-->",
    );
}

#[test]
fn sections_define_what_they_refer_to() {
    check(
        "## Resolved, 2024-04-16 10:03\n[a] and [b]\n\n[a]: /x/\n\n# Postmortem\n\n[a], c[^1]\n\n[b]: /y/\n\n[^1]: d\n",
        "resolved@2024-04-16 10:03 [] \"[a] and [b]\\n\\n[a]: /x/\"\n\
         postmortem@undated draft=false \"[a], c[^1]\\n\\n[b]: /y/\\n\\n[^1]: d\"\n",
        "definition-elsewhere <[b]>, definition-elsewhere <[a]>",
    );
    // A section may define again what another defines.
    check(
        "## Resolved, 2024-04-16 10:03\n[a], c[^1]\n\n[a]: /x/\n\n[^1]: d\n\n# Postmortem\n\n[a], c[^1]\n\n[a]: /y/\n\n[^1]: e\n",
        "resolved@2024-04-16 10:03 [] \"[a], c[^1]\\n\\n[a]: /x/\\n\\n[^1]: d\"\n\
         postmortem@undated draft=false \"[a], c[^1]\\n\\n[a]: /y/\\n\\n[^1]: e\"\n",
        "",
    );
}

#[test]
fn a_maintenance_has_words_of_its_own() {
    let draft = draft(
        Kind::Maintenance,
        "+++\ntitle = 'x'\nfrom = 2027-01-17 00:00\nto = 2027-01-17 02:00\n+++\nHello\n\n\
         ## In progres, 2027-01-17 00:00\na\n",
    );
    let help: Vec<_> = draft.problems.iter().filter_map(|problem| problem.help.as_deref()).collect();
    let above = "put an update's heading above it: `## Scheduled, 2024-04-16 10:03`";
    assert_eq!(help, [above, "did you mean `In progress`?"]);
}

#[test]
fn without_front_matter_the_updates_are_still_read() {
    let draft = draft(Kind::Incident, "## Resolved, 2024-04-16 10:03\na\n");
    assert_eq!(sections(&draft), "resolved@2024-04-16 10:03 [] \"a\"\n");
    assert_eq!(draft.problems.len(), 1);
    assert_eq!(self::draft(Kind::Incident, "Hello\n").problems.len(), 1);
}

/// What has a meaning in reports, and characters of every width.
const PIECES: &str = "+++\n·+++\ntitle = 'x'\n+++\n·## Resolved, 2024-04-16 10:33\n·## Update, 10:33·\
    ##Resolved, 10:33\n·# Postmortem\n·# Postmortem, draft\n·## ·# ·giving: major\n·id: x\n·\
    next_update: 10:30\n·é: é\n·\n·\r\n·\n\n·---\n·===\n·- ·> ·```\n·<!--·-->·<div>·a·é·💸· ·    ·,·\
    [a](b)·![a](b)·[[outages]]\n·components = { a = 'major' }\n·x = \"·\u{feff}·\0·–·|· at ";

/// Checks that every position lies in the text, on character boundaries and in order.
fn check_places(draft: &ReportDraft) {
    let text = &draft.text;
    let inside = |span: &Range<usize>| assert!(text.get(span.clone()).is_some(), "{span:?} {text:?}");
    draft.problems.iter().flat_map(|problem| &problem.labels).for_each(|label| inside(&label.span));
    draft.links.iter().for_each(|link| inside(&link.span));
    inside(&draft.front_span);
    let mut last = 0;
    for update in &draft.updates {
        inside(&update.heading);
        inside(&update.body);
        inside(&update.at.span);
        inside(&update.status.span);
        assert!(last <= update.heading.start && update.heading.end <= update.body.start, "{text:?}");
        for line in &update.lines {
            inside(&line.span);
            inside(&(line.span.start..update.body.end));
        }
        last = update.body.end;
    }
    if let Some(postmortem) = &draft.postmortem {
        inside(&postmortem.heading);
        inside(&postmortem.body);
        assert!(last <= postmortem.heading.start, "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_has_places_on_character_boundaries(text in texts(PIECES), kind in prop::bool::ANY) {
        let kind = if kind { Kind::Incident } else { Kind::Maintenance };
        check_places(&draft(kind, &text));
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = report(&SourcePath::new("content/incidents/x.md"), &bytes, Kind::Incident);
    }
}

#[test]
fn each_section_s_links_lead_where_its_own_definitions_say() {
    let text = "+++\ntitle = \"x\"\n+++\n\n## Investigating, 2024-05-06 10:00\n\nSee [it] and [there].\n\n\
                [it]: a.md\n[there]: c.md\n\n## Resolved, 11:00\n\nSee [it].\n\n[it]: b.md\n";
    let path = SourcePath::new("content/incidents/x.md");
    let draft = super::report(&path, text.as_bytes(), Kind::Incident).unwrap();
    let links = draft.links.iter().map(|link| (link.target.as_str(), &text[link.span.clone()]));
    let expected = [("a.md", "[it]"), ("c.md", "[there]"), ("b.md", "[it]")];
    assert_eq!(links.collect::<Vec<_>>(), expected);
}
