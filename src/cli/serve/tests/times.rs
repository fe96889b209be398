//! The preview as time passes, and under time travel.

use super::*;

#[test]
fn a_page_knows_whether_it_is_another_now() {
    let mut previewed = previewed(site(), Some(NOW));
    let first = "/repo/incidents/first/";
    let faces = |previewed: &Previewed| {
        let fingerprint = |page| previewed.state(page)["page"].clone();
        (fingerprint(first), fingerprint("/repo/uptime/"))
    };
    let before = faces(&previewed);
    previewed
        .edit("content/incidents/first/picture.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><g/></svg>");
    let pictured = faces(&previewed);
    assert_ne!(pictured.0["digest"], before.0["digest"], "its picture changed");
    assert_eq!(pictured.1, before.1);
    previewed.edit("themes/default/static/style.css", "body { color: red }");
    let styled = faces(&previewed);
    assert_eq!(styled.0["digest"], pictured.0["digest"], "its style alone changed");
    assert_ne!(styled.0["styles"], pictured.0["styles"]);
    let generation = previewed.state(first)["generation"].clone();
    previewed.edit("content/incidents/first/index.md", REPORT);
    assert_eq!(previewed.state(first)["generation"], generation, "the same bytes are no news");
}

#[test]
fn time_is_travelled_by_the_bar_alone() {
    let mut previewed = previewed(site(), Some("2026-03-09T10:30:00Z"));
    let script = "Allclear-Preview: 1\r\n";
    assert_eq!(previewed.get("/__allclear/travel?by=3600").status, 403, "another page cannot");
    assert_eq!(previewed.get_with("/__allclear/travel?by=x", script).status, 400);
    assert!(previewed.wakes.try_recv().is_err());
    let page = previewed.get("/repo/").text();
    assert!(page.contains("data-now=\"1773052200000\""), "2026-03-09T10:30:00Z: {page}");
    let mut check = |query: &str, now: &str| {
        assert_eq!(previewed.get_with(&format!("/__allclear/travel?{query}"), script).status, 200);
        let Ok(Trigger::TimeStep(travel)) = previewed.wakes.recv_timeout(LONG) else { panic!("{query}") };
        previewed.rebuilder.travel(travel);
        assert_eq!(previewed.state("/repo/")["time"]["now"], now);
        assert_served(
            &previewed,
            &outputs(&built(previewed.site.path(), now).0, previewed.site.path()).unwrap(),
        );
    };
    check("to=next", "2026-03-09T11:00:00Z");
    check("by=-3600", "2026-03-09T10:00:00Z");
    check("by=-86400", "2026-03-08T10:00:00Z");
    // Stepping stops at the limits of the zone rules.
    for far in [i64::MIN, i64::MIN + 1, i64::MAX] {
        check(&format!("by={far}"), "2026-03-08T10:00:00Z");
    }
    previewed.edit("site.toml", "title = ");
    for _ in 0..3 {
        previewed.rebuilder.travel(TimeStep::By(3600));
    }
    assert_eq!(
        previewed.state("/repo/")["time"]["now"],
        "2026-03-08T10:00:00Z",
        "the last good site's moment"
    );
    previewed.edit("site.toml", SITE);
    assert_eq!(previewed.state("/repo/")["time"]["now"], "2026-03-08T10:00:00Z", "no step was taken unseen");
}

#[test]
fn what_begins_by_itself_shows_by_itself() {
    let site = site();
    // A time on the preview's clock, whole seconds ahead, as reports write it.
    let begins = real_now().plus_secs(3);
    let written = Zone::UTC.rfc3339(begins);
    let ends = Zone::UTC.rfc3339(begins.plus_secs(3600));
    let announced = Zone::UTC.rfc3339(begins.plus_secs(-3600));
    let report = format!(
        "+++\ntitle = \"Works\"\ncomponents = [\"api\"]\nfrom = {written}\nto = {ends}\nannounced = {announced}\n+++\n"
    );
    put(site.path(), "content/maintenance/works.md", &report);
    let Previewed { site, rebuilder, wakes, address } = previewed(site, None);
    thread::spawn(move || rebuilder.run(&wakes));
    let mut stream = BufReader::new(connect(address));
    stream.get_mut().write_all(&request("GET", "/__allclear/events", "")).unwrap();
    let has_begun = || {
        let mut stream = BufReader::new(connect(address));
        let status = send(&mut stream, &request("GET", "/repo/api/v2/status.json", ""));
        status.text().contains("Service Under Maintenance")
    };
    while !has_begun() {
        assert!(real_now() <= begins.plus_secs(30), "it began at {written}");
        next_event(&mut stream);
    }
    assert!(real_now() >= begins);
    drop(site);
}

/// A clock that starts at `from`.
fn clock_from(from: &str) -> impl Fn() -> crate::time::Instant + Clone + Send + 'static {
    let from = crate::time::Instant::parse_rfc3339(from).unwrap();
    let begun = Stopwatch::now();
    move || from.plus_secs(i64::try_from(begun.elapsed().as_secs()).unwrap())
}

/// Previews a site in Kathmandu, where the day begins at 18:15 UTC, from two seconds before; `wake` triggers the
/// rebuilder. Checks what an open page must do at that midnight.
fn check_midnight(wake: impl FnOnce(Sender<Trigger>)) {
    let site = site();
    put(site.path(), "site.toml", &SITE.replace("\n\n[[", "\ntime_zone = \"Asia/Kathmandu\"\n\n[["));
    let clock = clock_from("2026-03-09T18:14:58Z");
    let midnight = crate::time::Instant::parse_rfc3339("2026-03-09T18:15:00Z").unwrap();
    let previewed = previewed_by(site, None, clock.clone());
    let (mut stream, _) = previewed.listen();
    let digest = |previewed: &Previewed| previewed.state("/repo/")["page"]["digest"].clone();
    let (before, page) = (digest(&previewed), previewed.get("/repo/").text());
    assert!(
        page.contains("data-first=\"2025-12-10\"") && clock() < midnight,
        "the last of 90 days is the 9th: {page}"
    );
    assert!(!page.contains("data-now"), "the page's own clock goes on");
    let Previewed { site, rebuilder, wakes, address } = previewed;
    let (sender, woken) = mpsc::channel();
    wake(sender.clone());
    thread::spawn(move || rebuilder.run(&woken));
    let at = |target: &str| send(&mut BufReader::new(connect(address)), &request("GET", target, ""));
    let state =
        || serde_json::from_slice::<serde_json::Value>(&at("/__allclear/state?page=/repo/").body).unwrap();
    // As the script of an open page does: it asks after each event, and reloads when the page changed.
    while state()["page"]["digest"] == before {
        next_event(&mut stream);
        assert!(clock() < midnight.plus_secs(15), "the day that has begun is not shown");
    }
    assert!(clock() >= midnight);
    assert!(at("/repo/").text().contains("data-first=\"2025-12-11\""), "the last of 90 days is the 10th");
    drop((site, wakes, sender));
}

#[test]
fn midnight_shows_by_itself() {
    check_midnight(|_| ());
}

#[test]
fn midnight_shows_though_the_folder_is_looked_at_all_the_time() {
    check_midnight(|sender| {
        let look = move || sender.send(Trigger::Files(Change::Anywhere)).is_ok();
        thread::spawn(move || {
            while look() {
                thread::sleep(Duration::from_millis(200));
            }
        });
    });
}
