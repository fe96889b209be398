//! What each command writes, and what it leaves alone.

use serde_json::Value;

use super::{Desk, OPEN, OPEN_PATH, SITE, words};
use crate::support::Ran;

#[track_caller]
fn json(ran: &Ran) -> Value {
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    serde_json::from_str(&ran.stdout).unwrap()
}

#[test]
fn new_writes_a_report_named_by_day_and_title() {
    let desk = Desk::with(&[]);
    let args = [
        "new",
        "Störung: API down",
        "--affects",
        "api=major",
        "--at",
        "2026-11-20 14:30",
        "--since",
        "2026-11-20 13:50",
    ];
    let path = desk.done(&args);
    assert_eq!(path, "content/incidents/2026/2026-11-20-storung-api-down.md");
    let expected = "+++\ntitle = \"Störung: API down\"\ncomponents = { api = \"major_outage\" }\n\
                    started = 2026-11-20 13:50:00-07:00\n+++\n\n\
                    ## Investigating, 2026-11-20 14:30:00-07:00\n\nWe are looking into this.\n";
    assert_eq!(desk.read(&path), expected);
    assert_eq!(desk.done(&args), path.replace(".md", "-2.md"));
    desk.is_sound();
}

#[test]
fn update_and_resolve_touch_one_file_and_only_its_end() {
    let desk = Desk::open();
    let path = desk.done(&words("update --status identified --affects api=partial --at '2024-04-16 11:00' --next-update '2024-04-16 11:30' --message 'It is the database.\n\n- one\n- two'"));
    assert_eq!(path, OPEN_PATH);
    let update = "\n## Identified, 2024-04-16 11:00:00-06:00\napi: partial_outage\n\
                  next_update: 2024-04-16 11:30:00-06:00\n\nIt is the database.\n\n- one\n- two\n";
    assert_eq!(desk.read(OPEN_PATH), format!("{OPEN}{update}"));
    desk.done(&["resolve", "slow", "--at", "2024-04-16 12:00", "--message", "Over."]);
    let resolved = "\n## Resolved, 2024-04-16 12:00:00-06:00\n\nOver.\n";
    assert_eq!(desk.read(OPEN_PATH), format!("{OPEN}{update}{resolved}"));
    let ran = desk
        .run(&["update", "slow", "--at", "2024-04-16 13:00", "--message", "Refunds are on their way."])
        .ended(0);
    assert!(
        ran.stderr.contains(": resolved after ")
            && ran.stderr.contains("Next: allclear build; if it is back, allclear new TITLE --after 2024-"),
        "{}",
        ran.stderr
    );
    let last = "\n## Update, 2024-04-16 13:00:00-06:00\n\nRefunds are on their way.\n";
    assert_eq!(desk.read(OPEN_PATH), format!("{OPEN}{update}{resolved}{last}"));
    desk.is_sound();
}

#[test]
fn an_incident_is_found_by_slug_part_or_path() {
    for name in ["2024-04-16-slow-api", "SLOW", OPEN_PATH, "./2024/2024-04-16-slow-api.md"] {
        let desk = Desk::open();
        assert_eq!(desk.done(&["update", name, "--message", "Still slow."]), OPEN_PATH, "{name}");
    }
}

#[test]
fn what_is_shown_is_the_change_what_readers_see_and_what_comes_next() {
    let ran = Desk::open().run(&["update", "--message", "Still slow.", "--at", "2024-04-16 11:00"]);
    let days = ran.stderr.split("open for ").nth(1).unwrap().split('\n').next().unwrap();
    let expected = format!(
        "--- a/{OPEN_PATH}\n+++ b/{OPEN_PATH}\n@@ -11,2 +11,6 @@\n - slow\n - very slow\n+\n\
         +## Update, 2024-04-16 11:00:00-06:00\n+\n+Still slow.\n\
         Readers will see:\n  Partially Degraded Service\n  API: degraded performance\n  \
         \u{201c}The API is slow\u{201d}: investigating, open for {days}\n  \
         https://status.acme.example/incidents/2024-04-16-slow-api/\n\
         Next: allclear resolve --message \u{2026}\n"
    );
    assert_eq!(ran.stderr, expected);
}

#[test]
fn a_warning_that_only_counts_other_days_is_not_new() {
    let desk = Desk::open();
    let check = desk.run(&["check"]);
    assert!(check.stdout.contains("silent-incident"), "{}", check.stdout);
    let ran = desk.run(&["update", "--message", "Still slow.", "--at", "2025-04-16 11:00"]);
    assert!(!ran.stderr.contains("silent-incident"), "{}", ran.stderr);
}

#[test]
fn a_dry_run_shows_the_same_and_writes_nothing() {
    let desk = Desk::open();
    let before = desk.files();
    for args in [
        &["update", "--message", "x", "--dry-run"][..],
        &["new", "x", "--dry-run"],
        &["resolve", "--dry-run"],
    ] {
        let ran = desk.run(args).ended(0);
        assert!(
            ran.stderr.contains("\n+## ") && ran.stderr.ends_with("Nothing was written (--dry-run)\n"),
            "{}",
            ran.stderr
        );
    }
    assert_eq!(desk.files(), before);
}

#[test]
fn json_says_what_was_done() {
    let desk = Desk::open();
    let ran = desk.run(&["new", "Web down", "--affects", "web=major", "--json"]);
    let done = json(&ran);
    assert_eq!(
        (&done["action"], &done["changed"], &done["dry_run"]),
        (&"new".into(), &true.into(), &false.into())
    );
    assert_eq!(done["readers_see"]["indicator"], "major");
    assert_eq!(done["readers_see"]["components"][0]["state"], "major_outage");
    let file = done["file"].as_str().unwrap();
    assert!(desk.read(file).contains("title = \"Web down\""));
    assert!(ran.stderr.is_empty(), "{}", ran.stderr);
}

#[test]
fn a_key_makes_commands_idempotent() {
    let desk = Desk::with(&[]);
    let new = ["new", "API down", "--affects", "api=major", "--key", "alert-1", "--json"];
    let (first, second) = (json(&desk.run(&new)), json(&desk.run(&new)));
    assert_eq!((&first["changed"], &second["changed"]), (&true.into(), &false.into()));
    assert_eq!(first["file"], second["file"]);
    let update = ["update", "--key", "alert-1", "--message", "Still down.", "--json"];
    let (first, second) = (json(&desk.run(&update)), json(&desk.run(&update)));
    assert_eq!((&first["changed"], &second["changed"]), (&true.into(), &false.into()));
    let resolve = ["resolve", "--key", "alert-1", "--json"];
    let (first, second) = (json(&desk.run(&resolve)), json(&desk.run(&resolve)));
    assert_eq!((&first["changed"], &second["changed"]), (&true.into(), &false.into()));
    // The alert fires again: another incident.
    let third = json(&desk.run(&new));
    assert_eq!(third["changed"], true);
    assert_ne!(third["file"], first["file"]);
    assert_eq!(json(&desk.run(&resolve))["file"], third["file"]);
    desk.is_sound();
}

#[test]
fn what_was_said_before_is_said_again_once_something_else_holds() {
    let desk = Desk::with(&[]);
    desk.done(&["new", "Flap", "--affects", "api=degraded", "--key", "k", "--message", "Slow."]);
    let changes = |args: &[&str]| {
        json(&desk.run(&[&["update", "--key", "k", "--json"], args].concat()))["changed"] == true
    };
    let (down, slow) = (["-a", "api=major", "-m", "Down."], ["-a", "api=degraded", "-m", "Slow again."]);
    assert!(changes(&down) && !changes(&down));
    assert!(changes(&["-m", "A word between."]) && !changes(&down));
    assert!(changes(&slow) && !changes(&slow));
    assert!(changes(&down), "the state is another one by now");
    let next = |span| ["-m", "Soon.", "--next-update", span];
    assert!(changes(&next("+1h")) && !changes(&next("+1h")), "a repeated command promises anew");
    assert!(changes(&next("+2h")));
    let status = |status| ["-s", status, "-m", "Looking."];
    assert!(
        changes(&status("identified")) && changes(&status("monitoring")) && changes(&status("identified"))
    );
    desk.is_sound();
}

#[test]
fn a_key_belongs_to_one_open_incident() {
    let desk = Desk::with(&[]);
    desk.done(&["new", "One", "--affects", "api=major", "--key", "k-1"]);
    let two = desk.done(&["new", "Two", "--affects", "web=major", "--key", "k-2"]);
    for command in [&["update", "one", "--key", "k-2", "-m", "x"][..], &["resolve", "one", "--key", "k-2"]] {
        desk.run(command).failed("-two` has this key");
    }
    assert_eq!(desk.done(&["resolve", "--key", "k-2"]), two);
    // It is free again: the alert may join the other incident.
    desk.done(&["update", "one", "--key", "k-2", "-m", "It fires, too."]);
    desk.is_sound();
}

#[test]
fn a_key_is_compared_as_it_is_stored() {
    // What is given, and what the file says: quotes, backslashes and tabs take TOML's escapes.
    for (given, again, stored) in [
        (" alert-1\n", "alert-1", r#"keys = ["alert-1"]"#),
        ("alert 1", "\talert 1 ", r#"keys = ["alert 1"]"#),
        ("{}:{a=\"b\\\"}", "{}:{a=\"b\\\"}\n", r#"keys = ['{}:{a="b\"}']"#),
        ("a\tb", " a\tb", r#"keys = ["a\tb"]"#),
        ("-5", "-5 ", r#"keys = ["-5"]"#),
    ] {
        let new = |key| ["new", "Down", "--affects", "api=major", "--json", "--key", key].map(str::to_owned);
        let schedule = |key| {
            ["schedule", "Work", "--from", "+1d", "--for", "1h", "--json", "--key", key].map(str::to_owned)
        };
        for (first, second) in
            [(new(given).to_vec(), new(again).to_vec()), (schedule(given).to_vec(), schedule(again).to_vec())]
        {
            let desk = Desk::with(&[]);
            let run = |args: &[String]| json(&desk.run(&args.iter().map(String::as_str).collect::<Vec<_>>()));
            let done = run(&first);
            let text = desk.read(done["file"].as_str().unwrap());
            assert!(text.contains(stored), "{given:?}: {text}");
            assert_eq!(run(&second)["changed"], false, "{given:?}");
            let update = ["update", "--key", again, "--message", "More.", "--json"];
            assert_eq!(json(&desk.run(&update))["file"], done["file"], "{given:?}");
        }
    }
}

#[test]
fn a_key_written_by_hand_is_found() {
    let desk = Desk::with(&[(OPEN_PATH, &OPEN.replace("tags =", "keys = [' alert-1 ']\ntags ="))]);
    desk.done(&["resolve", "--key", "alert-1"]);
    assert!(desk.read(OPEN_PATH).contains("## Resolved"));
}

#[test]
fn a_key_joins_an_incident_that_had_none() {
    let desk = Desk::open();
    desk.done(&["update", "slow", "--key", "alert-2", "--message", "An alert fires, too."]);
    assert!(desk.read(OPEN_PATH).contains("\nkeys = [\"alert-2\"]\n"), "{}", desk.read(OPEN_PATH));
    desk.done(&["resolve", "--key", "alert-2"]);
    assert!(desk.read(OPEN_PATH).contains("## Resolved"));
    desk.is_sound();
}

#[test]
fn the_message_may_come_from_a_pipe() {
    let desk = Desk::open();
    desk.run_with(&["update", "--message", "-"], "From a pipe.\r\n\r\nTwo lines.\r\n").ended(0);
    assert!(desk.read(OPEN_PATH).ends_with("\n\nFrom a pipe.\n\nTwo lines.\n"));
}

#[test]
fn the_editor_has_the_last_word() {
    let desk = Desk::open();
    let edit = |variable: &str, editor: &str| {
        let mut command = desk.command(&["update", "--message", "Still slow.", "--edit"]);
        Ran::of(command.env(variable, editor).output().unwrap())
    };
    edit("EDITOR", "sed -i s/Still/Ever/").ended(0);
    assert!(desk.read(OPEN_PATH).ends_with("\nEver slow.\n"));
    let before = desk.files();
    let ran = edit("VISUAL", "sed -i s/title/titel/").failed("unknown key `titel`");
    let kept = ran.stderr.split("your text is kept in `").nth(1).unwrap().split('`').next().unwrap();
    assert!(std::fs::read_to_string(kept).unwrap().contains("titel"));
    std::fs::remove_file(kept).unwrap();
    edit("VISUAL", "false").ended(2);
    assert_eq!(desk.files(), before);
}

#[test]
fn a_file_with_errors_is_explained_and_not_touched_and_others_do_not_matter() {
    let broken = OPEN.replace("tags", "tagz");
    let desk = Desk::with(&[(OPEN_PATH, &broken), ("content/incidents/fine.md", OPEN)]);
    let before = desk.files();
    desk.run(&["update", "slow-api", "--message", "x"]).ended(1).saying("unknown key `tagz`");
    assert_eq!(desk.files(), before);
    desk.run(&["update", "fine", "--message", "x"]).ended(0).saying("Other files have errors (1)");
}

/// A report that cannot be read may be the one that a command would choose.
#[test]
fn no_command_chooses_among_reports_that_cannot_all_be_read() {
    let conflict = format!("{OPEN}<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n");
    let utf16: &[u8] = b"\xff\xfe+\0";
    let large = "x".repeat(10_000_001);
    let no_title = OPEN.replace("title  ", "#");
    let broken_toml = OPEN.replace("title", "title =");
    let over = "## Resolved, 2024-04-16 11:00\n\nOver.\n";
    let fine = format!("{}\n{over}", OPEN.replace("tags", "keys = ['k']\ntags"));
    for (broken, says) in [
        (conflict.as_bytes(), "merge-conflict"),
        (utf16, "not-utf8"),
        (large.as_bytes(), "too-large"),
        (no_title.as_bytes(), "missing-title"),
        (broken_toml.as_bytes(), "invalid-toml"),
    ] {
        let desk = Desk::with(&[
            ("content/incidents/fine.md", OPEN),
            ("content/incidents/over.md", &fine),
            (OPEN_PATH, ""),
        ]);
        std::fs::write(desk.path().join(OPEN_PATH), broken).unwrap();
        let before = desk.files();
        let refused: &[&[&str]] = &[
            &["update", "--message", "x"],
            &["update", "slow-api", "--message", "x"],
            &["update", "--key", "k", "--message", "x"],
            &["resolve"],
            &["resolve", "2024-04-16-slow-api"],
            &["resolve", "--key", "k"],
            &["postmortem"],
            &["postmortem", "--with-images", OPEN_PATH],
            &["new", "x", "--key", "k"],
            &["new", "x", "--after", "slow-api"],
            &["schedule", "x", "--from", "+1h", "--for", "1h", "--key", "k"],
            &["status"],
        ];
        let count = if says == "merge-conflict" { refused.len() } else { 4 };
        for args in &refused[..count] {
            desk.run(args).ended(1).saying(&format!("[{says}]"));
        }
        assert_eq!(desk.files(), before);
        desk.done(&["update", "fine", "--message", "x"]);
        desk.done(&["new", "x"]);
    }
}

#[test]
fn errors_in_reports_that_are_over_keep_no_one_from_an_update() {
    let over = format!("{}\n## Resolved, 2024-04-16 11:00\n\nOver.\n", OPEN.replace("tags", "tagz"));
    let desk = Desk::with(&[(OPEN_PATH, &over), ("content/incidents/fine.md", OPEN)]);
    assert_eq!(desk.done(&["update", "--message", "x"]), "content/incidents/fine.md");
    assert_eq!(desk.run(&["postmortem"]).code, Some(1));
}

/// No file may get a byte, as on a full disk.
#[cfg(unix)]
#[test]
fn a_write_that_fails_leaves_nothing() {
    let desk = Desk::open();
    let before = desk.files();
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" update --message x";
    let mut command = std::process::Command::new("bash");
    command.args(["-c", script]).arg(super::binary()).current_dir(desk.path());
    Ran::of(command.output().unwrap()).ended(2);
    assert_eq!(desk.files(), before);
    let folder = desk.path().join(OPEN_PATH);
    let names = std::fs::read_dir(folder.parent().unwrap()).unwrap().count();
    assert_eq!(names, 1, "only the report");
}

#[test]
fn a_site_without_targets_says_how_to_add_one() {
    let desk = Desk::open();
    for args in [&["publish"][..], &["publish", "web"], &["plan", "web"], &["verify", "web"]] {
        desk.run(args).failed("site.toml names no place to publish to\nhelp: add `[publish.NAME]`");
    }
    assert!(desk.run(&["verify", "web"]).stderr.contains("there is no target `web`: "));
}

#[test]
fn a_relapse_names_its_first_report() {
    let desk = Desk::open();
    desk.done(&["resolve", "--message", "Over."]);
    desk.run(&["update", "slow", "--status", "investigating", "--message", "It is back."])
        .failed("allclear new TITLE --after 2024-04-16-slow-api");
    let path = desk.done(&["new", "Slow again", "--after", "slow-api", "--affects", "api=degraded"]);
    assert!(desk.read(&path).contains("\nafter = \"2024-04-16-slow-api\"\n"));
    desk.is_sound();
}

#[test]
fn a_maintenance_is_announced_begun_and_completed() {
    let desk = Desk::with(&[]);
    let path = desk.done(&words("schedule 'Database move' --from '2026-11-22 22:00' --to 23:30 --affects api,web=degraded --at '2026-11-20 09:00' --message 'Requests may fail.'"));
    assert_eq!(path, "content/maintenance/2026/2026-11-22-database-move.md");
    let expected = "+++\ntitle = \"Database move\"\nfrom = 2026-11-22 22:00:00-07:00\nto = 2026-11-22 23:30:00-07:00\n\
                    components = { api = \"under_maintenance\", web = \"degraded_performance\" }\n+++\n\n\
                    ## Scheduled, 2026-11-20 09:00:00-07:00\n\nRequests may fail.\n";
    assert_eq!(desk.read(&path), expected);
    desk.done(&["update", "move", "--status", "in progress", "--at", "2026-11-22 22:00"]);
    desk.done(&["resolve", "move", "--at", "2026-11-22 23:00"]);
    let end = "\n## In progress, 2026-11-22 22:00:00-07:00\n\nThe maintenance has begun.\n\
               \n## Completed, 2026-11-22 23:00:00-07:00\n\nThe maintenance is complete.\n";
    assert_eq!(desk.read(&path), format!("{expected}{end}"));
    desk.is_sound();
}

#[test]
fn a_postmortem_is_begun_with_what_is_known_then_published() {
    let desk = Desk::open();
    desk.run(&["postmortem", "slow"]).failed("is not over yet");
    desk.done(&words("update --affects web=major --at '2024-04-16 10:20' --message 'Web, too. Sorry.'"));
    desk.done(&["resolve", "--at", "2024-04-16 11:13", "--message", "Over."]);
    desk.done(&["postmortem"]);
    let text = desk.read(OPEN_PATH);
    let skeleton = text.split_once("\n# Postmortem, draft\n").unwrap().1;
    let timeline = "| Time | What happened |\n|---|---|\n| 2024-04-16 10:03 | API: degraded performance |\n\
                    | 10:03 | Investigating: slow |\n| 10:20 | Web app: major outage |\n\
                    | 10:20 | Update: Web, too. |\n| 11:13 | Resolved: Over. |\n";
    assert!(
        skeleton.contains("It lasted 1 h 10 min, from 2024-04-16 10:03 to 2024-04-16 11:13:\n"),
        "{skeleton}"
    );
    assert!(
        skeleton.contains("- Web app: major outage for 53 min (2024-04-16 10:20 to 11:13)\n"),
        "{skeleton}"
    );
    assert!(skeleton.contains(timeline), "{skeleton}");
    desk.is_sound();

    desk.run(&["postmortem", "slow", "--publish"]).failed("still holds a TODO");
    std::fs::write(desk.path().join(OPEN_PATH), text.replace("TODO: ", "")).unwrap();
    desk.done(&["postmortem", "--publish", "--at", "2024-04-19 16:00"]);
    assert!(desk.read(OPEN_PATH).contains("\n# Postmortem, 2024-04-19 16:00:00-06:00\n"));
    desk.is_sound();
}

#[test]
fn a_postmortem_needs_an_end_to_count_up_to() {
    let maintenance = |status: &str| {
        format!(
            "+++\ntitle = \"Move\"\nfrom = 2024-04-20 10:00\nto = 2024-04-20 12:00\ncomponents = [\"api\"]\n+++\n\n\
             ## Scheduled, 2024-04-16 10:00\n\nWe move.\n\n## {status}, 2024-04-20 11:00\n\nSo it is.\n"
        )
    };
    let later = "+++\ntitle = \"Later\"\nstarted = 2024-04-16 09:00\nended = 2100-01-01 10:00\ncomponents = { api = \"major\" }\n\
                 +++\n\n## Resolved, 2024-04-16 10:00\n\nOver.\n";
    let desk = Desk::with(&[
        ("content/maintenance/off.md", &maintenance("Cancelled")),
        ("content/maintenance/done.md", &maintenance("Completed")),
        ("content/incidents/later.md", later),
    ]);
    let refused = |slug| {
        let ran = desk.run(&["postmortem", slug]).ended(2);
        ran.stderr.lines().next().unwrap().to_owned()
    };
    assert_eq!(refused("off"), "error: `off` was cancelled, so it has no timeline");
    assert_eq!(refused("later"), "error: `later` ends later than now");
    desk.done(&["postmortem", "done"]);
    let text = desk.read("content/maintenance/done.md");
    assert!(text.contains("It lasted 1 h, from 2024-04-20 10:00 to 2024-04-20 11:00:\n"), "{text}");
}

#[test]
fn a_postmortem_with_images_gets_a_folder_and_links_go_on_leading_there() {
    let open = OPEN.replace("- slow\n", "[the other](other.md)\n");
    let other =
        "+++\ntitle = \"x\"\ncomponents = { api = \"major\" }\n+++\n\n## Resolved, 2024-04-15 10:00\n\nx\n";
    let desk = Desk::with(&[(OPEN_PATH, &open), ("content/incidents/2024/other.md", other)]);
    desk.done(&["resolve", "slow", "--message", "Over."]);
    let path = desk.done(&["postmortem", "slow", "--with-images"]);
    assert_eq!(path, "content/incidents/2024/2024-04-16-slow-api/index.md");
    assert!(desk.read(&path).contains("[the other](../other.md)"));
    assert!(!desk.path().join(OPEN_PATH).exists());
    desk.is_sound();
}

#[test]
fn templates_are_what_reports_start_from() {
    let incident =
        "+++\ntitle = \"\"\ntags = [\"prod\"] # for the statistics\n+++\n\nWe know, and we are on it.\n";
    let desk = Desk::with(&[
        ("templates/incident.md", incident),
        ("templates/postmortem.md", "## What happened\n\n{{ title }} for {{ duration }}.\n"),
    ]);
    let path = desk.done(&["new", "API down", "--affects", "api=major", "--at", "2024-04-16 10:00"]);
    let text = desk.read(&path);
    assert!(text.contains("\ntags = [\"prod\"] # for the statistics\n"), "{text}");
    assert!(text.ends_with("\n\nWe know, and we are on it.\n"), "{text}");
    desk.done(&["resolve", "--at", "2024-04-16 10:40"]);
    desk.done(&["postmortem"]);
    let end = "\n# Postmortem, draft\n\n## What happened\n\nAPI down for 40 min.\n";
    assert!(desk.read(&path).ends_with(end), "{}", desk.read(&path));
}

#[test]
fn a_new_site_builds_and_is_never_overwritten() {
    let desk = Desk::with(&[]);
    for (dir, args) in [
        ("plain", &["--component", "Public API", "--component", "Web"][..]),
        ("bare", &[]),
        ("samples", &["--demo", "--title", "Try \"it\"", "--time-zone", "Europe/Berlin"]),
    ] {
        desk.run(&[&["init", dir], args].concat()).ended(0);
        let checked = desk.run(&["check", "--site", dir]);
        let said: Vec<&str> = checked
            .stdout
            .lines()
            .filter(|line| line.starts_with("warning[") || line.starts_with("error["))
            .collect();
        assert_eq!(checked.code, Some(0), "{dir}: {}", checked.stdout);
        assert!(
            matches!(said[..], [only] if only.starts_with("warning[placeholder-base-url]")),
            "{dir}: {said:?}"
        );
        let built = desk.run(&["build", "--site", dir]);
        assert_eq!(built.code, Some(0), "{}", built.stderr);
        let before = desk.files();
        let again = desk.run(&["init", dir]);
        assert_eq!(again.code, Some(2));
        assert!(again.stderr.contains("there is a site in"), "{}", again.stderr);
        assert_eq!(desk.files(), before);
    }
    let reports: Vec<String> = desk.files().into_keys().filter(|path| path.contains("content/")).collect();
    assert!(
        reports.iter().all(|path| path.starts_with("samples/") && path.contains("-sample-")),
        "{reports:?}"
    );
    assert!(desk.read("plain/site.toml").contains("id = \"public-api\"\nname = \"Public API\"\n"));
}

#[test]
fn a_broken_site_toml_is_explained_and_nothing_else_is() {
    for (toml, rule) in [("title = \n", "invalid-toml"), ("titel = 3\n", "unknown-key")] {
        let desk = Desk::with(&[(OPEN_PATH, &OPEN.replace("components", "# components"))]);
        std::fs::write(desk.path().join("site.toml"), format!("{toml}{SITE}")).unwrap();
        let before = desk.files();
        for args in [&["new", "x"][..], &["update", "--message", "x"], &["resolve"], &["postmortem"]] {
            let ran = desk.run(args).ended(1);
            assert!(ran.stderr.starts_with(&format!("error[{rule}]: ")), "{}", ran.stderr);
            assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
            assert_eq!(desk.files(), before);
        }
    }
}

#[test]
fn a_mistake_is_new_though_another_file_has_the_same() {
    let other = OPEN.replace("- slow", "[more](nowhere.md)");
    let desk = Desk::with(&[(OPEN_PATH, OPEN), ("content/incidents/2024/other.md", &other)]);
    let before = desk.files();
    let args = ["update", "slow", "--message", "[more](nowhere.md)"];
    let ran = desk.run(&args).ended(2);
    assert!(ran.stderr.starts_with("error[dead-link]: "), "{}", ran.stderr);
    assert!(ran.stderr.ends_with("error: nothing was written: the report would have these errors\n"));
    assert_eq!(desk.files(), before);
    // A second one in the same file is new as well; the first one is not told again.
    let warned = OPEN.replace("- slow", "![](https://elsewhere.example/a.png)");
    let desk = Desk::with(&[(OPEN_PATH, &warned)]);
    let warnings = |args: &[&str]| {
        let ran = desk.run(args).ended(0);
        ran.stderr.matches("warning[").count()
    };
    assert_eq!(warnings(&["update", "--message", "Plain."]), 0);
    assert_eq!(warnings(&["update", "--message", "![](https://elsewhere.example/a.png)"]), 1);
    assert_eq!(warnings(&["resolve", "--message", "Over."]), 0);
    assert_eq!(warnings(&["postmortem", "--with-images"]), 0);
}

#[test]
fn a_new_site_leaves_what_is_there() {
    let desk = Desk::with(&[("own/.gitignore", "mine\n"), ("own/README.md", "Ours.\n")]);
    let ran = desk.run(&["init", "own"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "own/site.toml\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("add `/public/` to it"), "{}", ran.stderr);
    assert_eq!(desk.read("own/.gitignore"), "mine\n");
    assert_eq!(desk.run(&["init", "samples", "--demo"]).code, Some(0));
    std::fs::remove_file(desk.path().join("samples/site.toml")).unwrap();
    std::fs::remove_file(desk.path().join("samples/.gitignore")).unwrap();
    let before = desk.files();
    desk.run(&["init", "samples", "--demo"]).failed("is there already\nhelp: ");
    assert_eq!(desk.files(), before);
}

/// Answers one request for a summary.
fn serve(answer: &'static str, body: String) -> (String, std::thread::JoinHandle<()>) {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("127.0.0.1:{}", listener.local_addr().unwrap().port());
    let thread = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let read = stream.read(&mut request).unwrap();
        assert!(request[..read].starts_with(b"GET /status/api/v2/summary.json "));
        let length = body.len();
        write!(stream, "HTTP/1.1 {answer}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
            .unwrap();
    });
    (address, thread)
}

#[test]
fn status_reads_this_site_and_any_other_with_the_same_api() {
    let desk = Desk::open();
    let own = desk.done(&["status"]);
    assert!(own.starts_with("Acme status: Partially Degraded Service\n"), "{own}");
    assert!(own.contains("\n  API      degraded performance\n"), "{own}");
    let json = desk.done(&["status", "--json"]);
    let summary: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(summary["incidents"][0]["name"], "The API is slow");
    for path in ["", "/", "/api/v2/summary.json"] {
        let (address, server) = serve("200 OK", json.clone());
        let url = format!("http://{address}/status{path}");
        let read = desk.done(&["status", "--url", &url]);
        let lasting = |text: &str| text.replace(char::is_numeric, "0");
        assert_eq!(lasting(&read), lasting(&own));
        server.join().unwrap();
    }
    for (answer, body, expected) in [
        ("404 Not Found", String::new(), "404"),
        ("200 OK", "<html>".to_owned(), "cannot be read"),
        ("200 OK", "{}".to_owned(), "cannot be read"),
    ] {
        let (address, server) = serve(answer, body);
        let ran = desk.run(&["status", "--url", &format!("http://{address}/status/")]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{}", ran.stderr);
        assert!(ran.stderr.starts_with("error: ") && ran.stderr.contains(expected), "{}", ran.stderr);
        server.join().unwrap();
    }
}

#[test]
fn a_plain_message_is_shown_as_it_is() {
    let desk = Desk::open();
    let message = "## Resolved, 10:33\n+++\n# Postmortem\n- `x` [a](b.md) <b> 💸 שלום";
    desk.done(&["update", "--plain", "--message", message]);
    let text = desk.read(OPEN_PATH);
    let expected =
        "\\## Resolved, 10:33\\\n\\+++\\\n\\# Postmortem\\\n\\- \\`x\\` \\[a\\](b.md) \\<b\\> 💸 שלום\n";
    assert!(text.ends_with(expected), "{text}");
    desk.is_sound();
    let ran = desk.run(&["update", "--message", message]).ended(2);
    assert!(ran.stderr.contains("which would end the update"), "{}", ran.stderr);
    desk.run(&["new", "x", "--plain"]).ended(2).saying("--message");
}
