//! Wrong input of every argument: one clear message, exit status 2, nothing written.

use std::collections::BTreeSet;

use super::{Desk, OPEN, OPEN_PATH, words};

const MAINTENANCE: &str = "+++\ntitle = \"Move\"\nfrom = 2099-01-01 10:00Z\nto = 2099-01-01 11:00Z\n\
                           announced = 2024-01-01 00:00Z\n+++\n";

/// A site with open reports, one that is over, and a plan.
fn desk() -> Desk {
    let second = OPEN.replace("10:03", "10:04");
    Desk::with(&[
        (OPEN_PATH, OPEN),
        ("content/incidents/second.md", &second),
        ("content/incidents/over.md", &format!("{OPEN}\n## Resolved, 2024-04-16 12:00\n\nOver.\n")),
        ("content/maintenance/move.md", MAINTENANCE),
    ])
}

/// Checks the first line of the message.
#[track_caller]
fn check(args: &[&str], expected: &str) {
    let desk = desk();
    let before = desk.files();
    let ran = desk.run(args).ended(2);
    let first = ran.stderr.lines().next().unwrap_or_default();
    assert_eq!(first, format!("error: {expected}"), "{args:?}: {}", ran.stderr);
    assert_eq!(ran.stdout, "", "{args:?}");
    assert_eq!(desk.files(), before, "{args:?}");
}

/// Commands as they are typed, and the first line of the message. A wrong value of every option that takes one is among
/// them, at the end of its command. `…` stands for [`HOW`].
const WRONG: &str = r"
new => the title is missing
new ' ' => the title cannot be used: it is empty
new x --affects api => --affects: `api` has no state
new x --affects api=broken => --affects: `broken` in `api=broken` is not a state
new x --affects apu=major => --affects: unknown component `apu`
new x --affects api=major,api=ok => --affects: `api` is named twice
new x --status investigatin => --status: unknown status `investigatin`
new x --status completed => --status: `completed` is not a status of an incident
new x --impact huge => --impact: unknown impact `huge`
new x --message '' => --message is empty
new x --since soon => --since: `soon` is not a time;…
new x --since +10m => --since is after the first update
new x --at '2026-03-08 02:30' => --at: 2026-03-08 02:30 does not exist in America/Denver: daylight saving skips it; write 2026-03-08T03:30:00-06:00 or 2026-03-08T01:30:00-07:00
new x --at '2024-04-16 10:00' --next-update '2024-04-16 09:00' => --next-update: 2024-04-16 09:00 is not after the update, 2024-04-16 10:00
new x --after nothing-like-it => no report's slug is or contains `nothing-like-it`
new x --key '' => --key cannot be used: it is empty
new x --site absent => no site.toml in `absent`
new x --colour => unexpected argument '--colour' found
new x --since '2026-02-30 10:00' => --since: there is no day `2026-02-30`;…
new x --since -99999999d => --since: `-99999999d` is not between 1970 and 2100
new x --at noon => --at: `noon` is not a time;…
new x --at 9999-12-31T23:59:59Z => --at: the year of `9999-12-31` is not between 1970 and 2100;…
new x --at 2024-04-16T10:00Z --next-update 2024-04-16T09:00Z => --next-update: 2024-04-16 03:00 is not after the update, 2024-04-16 04:00
update => there is nothing to say
update --message x => this could be any of 2 reports:
update zzz --message x => no report's slug is or contains `zzz`
update slow --status scheduled => --status: `scheduled` is not a status of an incident
update move --status resolved => --status: `resolved` is not a status of a maintenance
update slow --message x --at '2024-04-16 09:00' => --at: 2024-04-16 09:00 is before the last update, 2024-04-16 10:03
update slow --message x --at '2024-04-16 11:00' --next-update '2024-04-16 10:30' => --next-update: 2024-04-16 10:30 is not after the update, 2024-04-16 11:00
update over --status monitoring --message x => `over` takes no other status: it is resolved since 2024-04-16 12:00
update slow --message '# x' => the message holds a heading of level 1 or 2, which would end the update; write `###`
update slow --affects api => --affects: `api` has no state
update slow --message x --next-update yesterday => --next-update: `yesterday` is not a time;…
update slow --message x --at 10:00:00:00 => --at: `10:00:00:00` is not a time;…
update slow --message x --key '' => --key cannot be used: it is empty
update --message x --last-good nope => --last-good: the site is in no git repository
update slow --message x --site absent => no site.toml in `absent`
resolve over => `over` takes no other status: it is resolved since 2024-04-16 12:00
resolve --key unknown => no incident has the key `unknown`
resolve => this could be any of 2 reports:
resolve slow --message '' => --message is empty
resolve slow --at '2024-04-16 09:00' => --at: 2024-04-16 09:00 is before the last update, 2024-04-16 10:03
resolve slow --key ' ' => --key cannot be used: it is empty
resolve --last-good nope => --last-good: the site is in no git repository
resolve slow --site absent => no site.toml in `absent`
schedule x --from +1d => the end is missing
schedule x --from +1d --for soon => --for: `soon` is not a length of time
schedule x --from +1d --for 0h => --for: `0h` is not a length of time
schedule x --from '2026-11-22 10:00' --to '2026-11-22 09:00' => --to: 2026-11-22 09:00 is not after --from, 2026-11-22 10:00
schedule x => the following required arguments were not provided:
schedule x --for 1h --from tomorrow => --from: `tomorrow` is not a time;…
schedule x --from 2024-04-16T10:00Z --to 2024-04-16T10:00Z => --to: 2024-04-16 04:00 is not after --from, 2024-04-16 04:00
schedule x --from +1d --for -1h => --for: `-1h` is not a length of time
schedule x --from 2024-04-16T10:00Z --for 99999d => --for: the end, 2298-01-29 03:00, is not between 1970 and 2100
schedule x --from +1d --for 1h --affects api=open => --affects: `open` in `api=open` is not a state
schedule x --from +1d --for 1h --message '```' => the message leaves a code block or a comment open, which would hide the text below it
schedule x --from +1d --for 1h --at later => --at: `later` is not a time;…
schedule x --from +1d --for 1h --key '' => --key cannot be used: it is empty
schedule x --from +1d --for 1h --site absent => no site.toml in `absent`
postmortem slow => `2024-04-16-slow-api` is not over yet
postmortem over --publish => `over` has no postmortem
postmortem --publish => there is no postmortem under review
postmortem over --publish --at today => --at: `today` is not a time;…
postmortem over --site absent => no site.toml in `absent`
init site --component ' ' => --component cannot be used: it is empty
init site --time-zone Europe/Berln => --time-zone: unknown zone `Europe/Berln`
init . => there is a site in `.` already
init site --title ' ' => the title cannot be used: it is empty
init site --base-url a.test => --base-url: `a.test` is not the address of a site: it does not begin with `https://` or `http://`
init site --time-zone CEST => --time-zone: unknown zone `CEST`
uptime apo => unknown component `apo`
uptime --month 2026-13 => --month: `2026-13` is not a month
uptime --from yesterday => --from: the date `yesterday` is not written as year-month-day
uptime --from 0026-10-01 => --from: the year of `0026-10-01` is not between 1970 and 2100
uptime --month 2101-01 => --month: the year of `2101-01-01` is not between 1970 and 2100
uptime --from 2026-02-01 --to 2026-01-01 => --to: 2026-01-01 is before --from, 2026-02-01
uptime --from 2026-02-30 => --from: there is no day `2026-02-30`
uptime --to today => --to: the date `today` is not written as year-month-day
uptime --format xml => invalid value 'xml' for '--format <FORMAT>'
uptime --site absent => no site.toml in `absent`
uptime --now soon => --now: `soon` is not a time;…
uptime --base-url status => --base-url: `status` is not the address of a site: it does not begin with `https://` or `http://`
status --now soon => --now: `soon` is not a time;…
status --url '' => --url: `` is not an address
status --url https:///x => --url: `https:///x` is not an address
status --url 'a b.test' => --url: `a b.test` is not an address
status --url ftp://a.test => --url: `ftp://a.test` is not an address
status --site absent => no site.toml in `absent`
status --base-url status => --base-url: `status` is not the address of a site: it does not begin with `https://` or `http://`
man updat => unknown command `updat`
schema sites => invalid value 'sites' for '<SUBJECT>'
completions tcsh => invalid value 'tcsh' for '<SHELL>'
build --site absent => no site.toml in `absent`
build --now soon => --now: `soon` is not a time;…
build --base-url status => --base-url: `status` is not the address of a site: it does not begin with `https://` or `http://`
build --last-good HEAD => --last-good: the site is in no git repository
build --require x.md => the following required arguments were not provided:
build --out content/public => --out: `content/public` lies in `content`, which the site is made from
alert site.toml --mapping zzz => this is no alert: it is not JSON: expected ident at line 1 column 2
alert site.toml --site absent => no site.toml in `absent`
check --site absent => no site.toml in `absent`
check --now '2300-01-01 00:00' => --now: the year of `2300-01-01` is not between 1970 and 2100;…
check --base-url ftp://a.test/ => --base-url: `ftp://a.test/` is not the address of a site: it does not begin with `https://` or `http://`
check --format xml => invalid value 'xml' for '--format <FORMAT>'
check --deny errors => invalid value 'errors' for '--deny <WHAT>'
plan --site site.toml => no site.toml in `site.toml`
build --site absent => no site.toml in `absent`
import markdown content --site content => no site.toml in `content`
theme copy --site absent => no site.toml in `absent`
plan --now -5x => --now: `-5x` is not a time;…
plan --base-url '' => --base-url: `` is not the address of a site: it does not begin with `https://` or `http://`
plan --out static => --out: `static` lies in `static`, which the site is made from
serve --site absent => no site.toml in `absent`
serve --now 25:00 => --now: the hour of `25:00` is over 23;…
serve --base-url https:// => --base-url: `https://` is not the address of a site: it names no host
serve --bind everywhere => invalid value 'everywhere' for '--bind <ADDRESS>': invalid IP address syntax
serve --port 99999 => invalid value '99999' for '--port <PORT>': 99999 is not in 0..=65535
";

/// What a message ends with where a time is wrong.
const HOW: &str = " write it as `2026-11-20 14:30`, `2026-11-20T14:30:00Z`, `14:30` or `-10m`";

fn wrong() -> impl Iterator<Item = (Vec<&'static str>, &'static str)> {
    let rows = WRONG.trim().lines().map(|line| line.split_once(" => ").unwrap());
    rows.map(|(command, expected)| (words(command), expected))
}

#[test]
fn what_is_wrong_is_said_in_the_first_line() {
    for (args, expected) in wrong() {
        check(&args, &expected.replace('…', HOW));
    }
    for nothing in ["\u{200b}", "<!-- x -->", "[x]: y"] {
        check(&["update", "slow", "--message", nothing], "--message is empty");
    }
    check(&["new", "a\nb"], "the title cannot be used: it has more than one line");
    check(&["new", "x", "--key", "a\nb"], "--key cannot be used: it has more than one line");
    let control = "--message cannot be used: it holds the control character U+0007";
    check(&["new", "x", "--message", "a\u{7}b"], control);
    let heading = "the message holds a heading of level 1 or 2, which would end the update; write `###`";
    check(&["new", "x", "--message", "a\n\n# Heading"], heading);
    let no_editor = format!("cannot edit `{}-x.md`: neither $VISUAL nor $EDITOR is set", today());
    check(&["new", "x", "--edit"], &no_editor);
}

/// The day in the site's zone, as `new` writes it.
fn today() -> String {
    let desk = Desk::with(&[]);
    let path = desk.done(&["new", "x", "--dry-run"]);
    path.rsplit('/').next().unwrap()[..10].to_owned()
}

#[test]
fn help_names_what_is_near() {
    let check = |args: &[&str], expected: &str| {
        let ran = Desk::open().run(args);
        assert_eq!(ran.stderr.lines().nth(1), Some(expected), "{}", ran.stderr);
    };
    check(&["new", "x", "--affects", "apii=major"], "help: did you mean `api`? The components are api, web");
    check(
        &["new", "x", "--affects", "Web app=major"],
        "help: did you mean `web`? The components are api, web",
    );
    check(&["new", "x", "--affects", "db=major"], "help: the components are api, web");
    check(&["new", "x", "--affects", "api=mayor"], "help: did you mean `major`?");
    check(&["update", "slow-ap1", "--message", "x"], "help: the newest are `2024-04-16-slow-api`");
    check(&["update", "--status", "resolvd"], "help: did you mean `resolved`?");
}

#[test]
fn no_option_is_forgotten() {
    let desk = Desk::with(&[]);
    let commands: BTreeSet<&str> = wrong().map(|(args, _)| args[0]).collect();
    for command in commands {
        let help = desk.done(&[command, "--help"]);
        let with_value = |line: &str| {
            // `-m, --message <TEXT>` as well.
            let line = line.trim_start();
            let line = line.get(1..).and_then(|rest| rest.get(1..)?.strip_prefix(", ")).unwrap_or(line);
            let (option, rest) = line.split_once(' ')?;
            (option.starts_with("--") && rest.starts_with('<')).then(|| option.to_owned())
        };
        let all: BTreeSet<String> = help.lines().filter_map(with_value).collect();
        let own = wrong().filter(|(args, _)| args[0] == command);
        let options = own.filter_map(|(args, _)| args.into_iter().rev().nth(1));
        let tested = options.filter(|option| option.starts_with("--")).map(str::to_owned).collect();
        assert_eq!(all.difference(&tested).next(), None, "{command}");
    }
}
