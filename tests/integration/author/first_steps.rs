//! A site's first steps: where it is found, what a new one is made of, and what is said when a step goes wrong.

use std::path::Path;

use super::{Desk, OPEN, OPEN_PATH, SITE};
use crate::support::Ran;

/// Runs a command in a folder of the site, at an instant.
fn run_at(desk: &Desk, folder: &Path, clock: &str, args: &[&str]) -> Ran {
    let mut command = desk.command(args);
    Ran::of(command.current_dir(folder).env("ALLCLEAR_TEST_CLOCK", clock).output().unwrap())
}

#[test]
fn what_began_before_midnight_is_reported_in_the_first_minutes_of_the_sites_day() {
    // Half past eight of an evening in UTC; the day in Tokyo is five minutes old.
    for (zone, clock) in [
        ("Etc/UTC", "2026-03-01T00:05:00Z"),
        ("Asia/Tokyo", "2026-01-01T15:05:00Z"),
        ("America/Edmonton", "2026-11-20T07:01:00Z"),
    ] {
        let desk = Desk::with(&[]);
        let site = desk.path().join("new");
        let init = ["init", "new", "--component", "API", "--time-zone", zone];
        assert_eq!(run_at(&desk, desk.path(), clock, &init).code, Some(0));
        run_at(&desk, &site, clock, &["new", "Down", "-a", "api=major", "--since", "-10m"]).ended(0);
        run_at(&desk, &site, clock, &["new", "Older", "-a", "api=major", "--since", "-2d"])
            .failed("= help: set its `since` in site.toml to 20");
    }
}

#[test]
fn a_new_site_names_its_documentation_and_warns_of_its_placeholder() {
    let desk = Desk::with(&[]);
    desk.done(&["init", "new", "--component", "API"]);
    let version = env!("CARGO_PKG_VERSION");
    let site = desk.read("new/site.toml");
    let first = site.lines().next().unwrap();
    // Where docs.rs shows the files of the package, `docs/content.md` among them.
    let docs = format!("https://docs.rs/crate/allclear/{version}/source/docs/");
    assert!(first.ends_with(&format!("for allclear {version}. Every key: {docs}content.md")), "{first}");
    let documented = format!("Version {version}, documented at {docs}");
    assert!(desk.done(&["--help"]).contains(&documented));
    assert!(desk.done(&["man"]).replace("\\-", "-").contains(&documented));
    for page in ["content.md", "publishing.md"] {
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page).is_file());
    }
    let ran = desk.run(&["check", "--site", "new"]).ended(0);
    assert!(ran.stdout.starts_with("warning[placeholder-base-url]: "), "{}", ran.stdout);
    let with_target = site + "\n[publish.web]\nkind = \"directory\"\npath = \"../out\"\n";
    std::fs::write(desk.path().join("new/site.toml"), with_target).unwrap();
    let ran = desk.run(&["publish", "--site", "new"]).ended(1);
    assert!(ran.stderr.starts_with("error[placeholder-base-url]: "), "{}", ran.stderr);
    assert!(!desk.path().join("out").exists());
    desk.run(&["publish", "--site", "new", "--base-url", "https://status.acme.example/"]).ended(0);
}

#[test]
fn the_site_is_found_above_and_named() {
    let desk = Desk::open();
    let below = desk.path().join("content/incidents/2024");
    let ran = run_at(&desk, &below, "2024-04-16T17:00:00Z", &["update", "-m", "x"]).ended(0);
    let whole = std::fs::canonicalize(desk.path()).unwrap();
    assert!(ran.stderr.starts_with(&format!("The site is `{}`\n", whole.display())), "{}", ran.stderr);
    assert_eq!(ran.stdout, format!("../../../{OPEN_PATH}\n"));
    for file in ["2024-04-16-slow-api.md", "./2024-04-16-slow-api.md", "../2024/2024-04-16-slow-api.md"] {
        run_at(&desk, &below, "2024-04-16T17:00:00Z", &["update", file, "-m", file]).ended(0);
    }
    let nested =
        run_at(&desk, &below, "2024-04-16T17:00:00Z", &["theme", "copy", "templates/front.html"]).ended(0);
    assert!(nested.stderr.starts_with("The site is"), "{}", nested.stderr);
    // Asked for, or here: nothing is to be named.
    for ran in [
        run_at(&desk, &below, "2024-04-16T17:00:00Z", &["check", "--site", "../../.."]),
        desk.run(&["check"]),
    ] {
        assert!(!ran.stderr.contains("The site is"), "{}", ran.stderr);
    }
    // The root of a repository ends the search, and so does the home folder.
    std::fs::create_dir_all(desk.path().join("other/.git")).unwrap();
    std::fs::create_dir_all(desk.path().join("other/x")).unwrap();
    let ran = run_at(&desk, &desk.path().join("other/x"), "2024-04-16T17:00:00Z", &["check"]).ended(2);
    assert!(ran.stderr.starts_with("error: no site.toml in `.`"), "{}", ran.stderr);
    Ran::of(desk.command(&["check"]).current_dir(&below).env("HOME", &below).output().unwrap()).ended(2);
}

#[test]
fn a_check_of_files_reads_the_whole_site_and_fails_by_them_alone() {
    let broken = OPEN.replace("api = ", "apu = ");
    let desk = Desk::with(&[(OPEN_PATH, OPEN), ("content/incidents/2023/broken.md", &broken)]);
    let check = |args: &[&str]| desk.run(&[&["check", "--now", "2024-04-16T17:00:00Z"], args].concat());
    let ran = check(&[OPEN_PATH]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{}", ran.stderr);
    assert!(ran.stderr.contains("no problems here, 1 in other files"), "{}", ran.stderr);
    for file in ["content/incidents/2023/broken.md", "./content/incidents/2023/", "content"] {
        let ran = check(&[OPEN_PATH, file]).ended(1);
        assert!(ran.stdout.starts_with("error[unknown-component]: "), "{}", ran.stdout);
    }
    for file in ["content/incidents/2023/absent.md", "/"] {
        let ran = check(&[file]).ended(2);
        assert!(ran.stderr.starts_with(&format!("error: `{file}` is not in the site\n")), "{}", ran.stderr);
    }
    let mut command = desk.command(&["check", "broken.md", "--format", "json"]);
    let ran =
        Ran::of(command.current_dir(desk.path().join("content/incidents/2023")).output().unwrap()).ended(1);
    assert!(ran.stdout.contains("content/incidents/2023/broken.md"), "{}", ran.stdout);
}

#[test]
fn pages_stand_in_the_navigation_by_weight_and_title_unless_they_say_no() {
    let page = |front: &str| format!("+++\n{front}\n+++\n\nText.\n");
    let desk = Desk::with(&[
        ("content/pages/a.md", &page("title = \"Zebra\"")),
        ("content/pages/b.md", &page("title = \"Apple\"")),
        ("content/pages/c.md", &page("title = \"Hidden\"\nnav = false")),
        ("content/pages/d.md", &page("title = \"Mango\"\nweight = -1")),
    ]);
    desk.done(&["build", "--out", "out"]);
    let front = desk.read("out/index.html");
    let place = |title: &str| front.find(&format!(">{title}</a>"));
    let (mango, apple, zebra) = (place("Mango").unwrap(), place("Apple").unwrap(), place("Zebra").unwrap());
    assert!(mango < apple && apple < zebra, "{front}");
    assert_eq!(place("Hidden"), None);
    assert!(desk.read("out/c/index.html").contains("Text."));
}

#[test]
fn a_group_where_a_component_belongs_lists_its_members() {
    let site = format!("{SITE}group = \"edge\"\n\n[[groups]]\nid = \"edge\"\nname = \"Edge\"\n");
    let desk = Desk::with(&[("site.toml", &site)]);
    for name in ["edge", "Edge"] {
        let ran = desk.run(&["new", "Down", "--affects", &format!("{name}=major")]).ended(2);
        let said = format!(
            "error: --affects: `{name}` is not a component\nhelp: `{name}` is a group: name its components, `web`\n"
        );
        assert_eq!(ran.stderr, said);
    }
}

#[test]
fn the_next_update_counts_from_the_update_in_whole_minutes() {
    let check = |args: &[&str], expected: &str| {
        let desk = Desk::with(&[]);
        let ran = run_at(
            &desk,
            desk.path(),
            "2026-11-20T17:00:42Z",
            &[&["new", "Down", "-a", "api=major"], args].concat(),
        )
        .ended(0);
        let text = desk.read(ran.stdout.trim_end());
        let line = text.lines().find(|line| line.starts_with("next_update: ")).unwrap();
        assert_eq!(line, format!("next_update: {expected}"));
    };
    check(&["--next-update", "+30m"], "2026-11-20 10:30:00-07:00");
    check(&["--at", "-20m", "--next-update", "+30m"], "2026-11-20 10:10:00-07:00");
    check(&["--at", "2026-11-19 23:50", "--next-update", "00:10"], "2026-11-20 00:10:00-07:00");
}

#[test]
fn a_maintenance_that_has_begun_is_not_announced_as_one_to_come() {
    let check = |from: &str, expected: &str| {
        let desk = Desk::with(&[]);
        let args = ["schedule", "Works", "--from", from, "--for", "2h", "-a", "api"];
        let ran = run_at(&desk, desk.path(), "2026-11-20T17:00:00Z", &args).ended(0);
        let text = desk.read(ran.stdout.trim_end());
        assert_eq!(text.lines().next_back(), Some(expected));
    };
    check("+1h", "We are going to do maintenance.");
    check("-1h", "We are doing maintenance.");
    check("-3h", "We did maintenance.");
}
