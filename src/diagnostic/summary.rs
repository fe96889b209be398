//! What people are shown of many problems of one rule: the first, and how many more there are.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Diagnostic;

/// The most problems of one rule that are all shown.
const MOST: usize = 20;

/// How many are shown of more.
const SHOWN: usize = 3;

/// The problems for people: of a rule with more than [`MOST`] the first [`SHOWN`], and in the end a line for the rest. Of a
/// rule in `once` one is enough. Lines for the rest have no place.
pub fn summed(problems: &[Diagnostic], once: &[&str]) -> Vec<Diagnostic> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    problems.iter().for_each(|problem| *counts.entry(problem.rule).or_default() += 1);
    let shown = |rule: &str| match counts[rule] {
        count if once.contains(&rule) => count.min(1),
        count if count > MOST => SHOWN,
        count => count,
    };
    let (mut all, mut rest) = (Vec::new(), BTreeMap::<&str, Vec<&Diagnostic>>::new());
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for problem in problems {
        let place = seen.entry(problem.rule).or_default();
        *place += 1;
        match *place <= shown(problem.rule) {
            true => all.push(problem.clone()),
            false => rest.entry(problem.rule).or_default().push(problem),
        }
    }
    all.extend(rest.into_values().map(|rest| more(&rest)));
    all
}

/// A line for problems of one rule that are not shown.
fn more(rest: &[&Diagnostic]) -> Diagnostic {
    let files = rest.iter().filter_map(|problem| problem.labels.first()).map(|label| &label.file);
    let files = files.collect::<BTreeSet<_>>().len();
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let message = format!("{} more of this rule, in {}", rest.len(), plural(files, "file"));
    let help = "`allclear check --all` shows all; `[checks]` in site.toml sets a rule's level";
    Diagnostic {
        rule: rest[0].rule,
        severity: rest[0].severity,
        message,
        labels: Vec::new(),
        help: Some(help.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::summed;
    use crate::diagnostic::{Diagnostic, Rule};
    use crate::source::SourcePath;

    fn problems(rule: Rule, count: usize) -> Vec<Diagnostic> {
        let problem = |at: usize| {
            let file = SourcePath::new(format!("{}.md", at / 2));
            Diagnostic::new(rule, &file, at..at, format!("{at}"))
        };
        (0..count).map(problem).collect()
    }

    #[track_caller]
    fn check(problems: &[Diagnostic], expected: &[&str]) {
        let shown = summed(problems, &["once"]);
        let shown: Vec<String> = shown.iter().map(|it| format!("{} {}", it.rule, it.message)).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn many_of_one_rule_are_counted() {
        let (many, once) = (Rule::warning("many"), Rule::warning("once"));
        assert_eq!(summed(&problems(many, 20), &[]).len(), 20);
        let both = [problems(many, 21), problems(once, 2), problems(Rule::error("few"), 1)].concat();
        check(
            &both,
            &[
                "many 0",
                "many 1",
                "many 2",
                "once 0",
                "few 0",
                "many 18 more of this rule, in 10 files",
                "once 1 more of this rule, in 1 file",
            ],
        );
        check(&problems(once, 1), &["once 0"]);
        check(&[], &[]);
    }
}
