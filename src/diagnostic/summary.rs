//! Sums up many problems of one rule: the first, and how many more there are.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::source::SourcePath;

const MOST: usize = 20;

const SHOWN: usize = 3;

/// The problems for people: of a rule with more than `MOST` the first `SHOWN`, and in the end a line for the rest. Of a
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

fn more(rest: &[&Diagnostic]) -> Diagnostic {
    let message = format!("{} more of this rule, {}", rest.len(), whereabouts(rest));
    let help = "`allclear check --all` shows all; `[checks]` in site.toml sets a rule's level";
    Diagnostic {
        rule: rest[0].rule,
        severity: rest[0].severity,
        message,
        labels: Vec::new(),
        help: Some(help.to_owned()),
    }
}

const NAMED: usize = 3;

/// Where problems stand: in one file, or how many in each of the first files.
fn whereabouts(problems: &[&Diagnostic]) -> String {
    let mut counts: BTreeMap<&SourcePath, usize> = BTreeMap::new();
    for label in problems.iter().filter_map(|problem| problem.labels.first()) {
        *counts.entry(&label.file).or_default() += 1;
    }
    if let [file] = counts.keys().collect::<Vec<_>>()[..] {
        return format!("in `{file}`");
    }
    // Those with most of them come first, files with as many by name.
    let mut counts: Vec<(&SourcePath, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|&(_, count)| Reverse(count));
    let named: Vec<String> =
        counts.iter().take(NAMED).map(|(file, count)| format!("{count} in `{file}`")).collect();
    let others = counts.len().saturating_sub(NAMED);
    let others = if others > 0 { format!(" and in {others} others") } else { String::new() };
    format!("in {} files: {}{others}", counts.len(), named.join(", "))
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
                "many 18 more of this rule, in 10 files: 2 in `2.md`, 2 in `3.md`, 2 in `4.md` and in 7 others",
                "once 1 more of this rule, in `0.md`",
            ],
        );
        check(&problems(once, 1), &["once 0"]);
        check(&[], &[]);
    }
}
