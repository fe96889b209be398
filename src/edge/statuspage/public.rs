//! A live page as everyone can read it.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use crate::edge::Error;
use crate::edge::deploy::Progress;
use crate::edge::statuspage::changing::{PageFile, PageFiles, settled};
use crate::edge::statuspage::kept::Kept;
use crate::edge::statuspage::reader::Reader;
use crate::import::log::Finding;
use crate::import::statuspage;
use crate::import::statuspage::listing::{self, Fingerprints};
use crate::time::Day;

/// The most pages of the history: 150 years, three months a page.
const MOST_PAGES: usize = 600;

/// After so many pages without an incident (two years) there is none before them.
const EMPTY_PAGES: usize = 8;

/// The most components that `/uptime_showcase` is asked for at once.
const MOST_COMPONENTS: usize = 60;

const LISTS: [&str; 3] = ["components", "incidents", "scheduled-maintenances"];

pub struct PublicPage<'a> {
    pub reader: &'a Reader,
    pub kept: &'a Kept,
    /// The page's URL, without a slash at its end.
    pub base: &'a str,
    /// Older years are not read.
    pub since: Option<Day>,
    pub progress: &'a dyn Fn(Progress),
}

impl PublicPage<'_> {
    /// Everything: incidents, maintenances, components, the feed, and seconds of outage.
    ///
    /// # Errors
    /// No connection, or answers that stay wrong. What was read is kept.
    pub fn read(&self) -> Result<PageFiles, Error> {
        let mut page = PageFiles::default();
        let mut incidents: BTreeMap<String, (String, Option<PageFile>)> = BTreeMap::new();
        let read = |fingerprints: &Fingerprints| self.read_incidents(fingerprints, &mut incidents);
        let lists = settled(|_| self.list(), read, self.base, &mut page.log)?;
        if !lists.has_history {
            let text = "it has no /history.json: only the incidents that /api/v2/ lists are read";
            page.log.add(Finding::Guessed, self.base, text);
        }
        for (code, (_, file)) in incidents {
            if file.is_none() && !lists.incidents.contains(&code) {
                let text = format!("it lists the incident `{code}`, which cannot be read");
                page.log.add(Finding::Unsettled, self.base, text);
            }
            page.files.extend(file);
        }
        page.files.extend(lists.files);
        page.files.extend(self.optional("/history.atom")?);
        page.files.extend(self.outage(&lists.with_uptime)?);
        Ok(page)
    }

    /// What only the public page has: its zone, the feed, and seconds of outage of these components.
    ///
    /// # Errors
    /// As for [`PublicPage::read`].
    pub fn read_extras(&self, components: &[String]) -> Result<Vec<PageFile>, Error> {
        let files = [self.optional("/api/v2/summary.json")?, self.optional("/history.atom")?];
        Ok(files.into_iter().flatten().chain(self.outage(components)?).collect())
    }

    fn outage(&self, components: &[String]) -> Result<Vec<PageFile>, Error> {
        let parts = components.chunks(MOST_COMPONENTS).map(|part| part.join(","));
        let answers = parts.map(|ids| self.optional(&format!("/uptime_showcase?components={ids}")));
        Ok(answers.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    fn list(&self) -> Result<(Fingerprints, Lists), Error> {
        let (history, has_history) = self.history()?;
        let mut lists = Lists { has_history, ..Lists::default() };
        let mut fingerprints = history;
        for name in LISTS {
            let Some((address, bytes)) = self.optional(&format!("/api/v2/{name}.json"))? else { continue };
            let list = listing::list(&bytes).map_err(|why| broken(&address, why))?;
            if name == "components" {
                lists.with_uptime = listing::with_uptime(&list);
            } else {
                for (code, fingerprint) in listing::fingerprints(&list) {
                    lists.incidents.insert(code.clone());
                    fingerprints.entry(code).or_default().push_str(&fingerprint);
                }
            }
            lists.files.push((address, bytes));
        }
        if lists.files.is_empty() {
            let why = "there is no /api/v2/ below it, so it is not a Statuspage".to_owned();
            return Err(broken(self.base, why));
        }
        Ok((fingerprints, lists))
    }

    /// The incidents of all pages of the history, and whether there is one.
    fn history(&self) -> Result<(Fingerprints, bool), Error> {
        let mut all = Fingerprints::new();
        let mut empty = 0;
        for number in 1..=MOST_PAGES {
            let Some((_, bytes)) = self.optional(&format!("/history.json?page={number}"))? else {
                return Ok((all, number > 1));
            };
            // Pages that only resemble Statuspage answer with HTML.
            let Ok(page) = listing::history_page(&bytes) else { return Ok((all, number > 1)) };
            empty = if page.incidents.is_empty() { empty + 1 } else { 0 };
            let is_before = page.year.zip(self.since).is_some_and(|(year, since)| year < since.year());
            all.extend(page.incidents);
            (self.progress)(Progress { done: 0, all: all.len() });
            if page.is_past_the_end || empty == EMPTY_PAGES || is_before {
                break;
            }
        }
        Ok((all, true))
    }

    /// Reads incidents that are not known in this state.
    fn read_incidents(
        &self,
        fingerprints: &Fingerprints,
        known: &mut BTreeMap<String, (String, Option<PageFile>)>,
    ) -> Result<(), Error> {
        let all = fingerprints.len();
        known.retain(|code, _| fingerprints.contains_key(code));
        for (done, (code, fingerprint)) in fingerprints.iter().enumerate() {
            (self.progress)(Progress { done, all });
            if known.get(code).is_none_or(|(known, _)| known != fingerprint) {
                let file = self.incident(code, fingerprint)?;
                known.insert(code.clone(), (fingerprint.clone(), file));
            }
        }
        (self.progress)(Progress { done: all, all });
        Ok(())
    }

    /// An incident, with its postmortem where the page has one; `None` if only lists have it.
    fn incident(&self, code: &str, fingerprint: &str) -> Result<Option<PageFile>, Error> {
        for path in [format!("/incidents/{code}.json"), format!("/api/v2/incidents/{code}.json")] {
            let address = format!("{}{path}", self.base);
            let key = format!("{path}\n{fingerprint}");
            let read = || Ok(self.reader.get(&address)?.filter(|bytes| statuspage::read(bytes).is_ok()));
            if let Some(bytes) = self.kept.get_or(&key, read)? {
                return Ok(Some((address, bytes)));
            }
        }
        Ok(None)
    }

    fn optional(&self, path: &str) -> Result<Option<PageFile>, Error> {
        let address = format!("{}{path}", self.base);
        Ok(self.reader.get(&address)?.map(|bytes| (address, bytes)))
    }
}

/// What the page lists beside its history.
#[derive(Default)]
struct Lists {
    files: Vec<PageFile>,
    /// Ids of the incidents and maintenances in these files.
    incidents: BTreeSet<String>,
    with_uptime: Vec<String>,
    has_history: bool,
}

fn broken(address: &str, why: String) -> Error {
    Error::when("read", Path::new(address))(io::Error::other(why))
}
