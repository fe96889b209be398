//! A page through the management API, which also knows drafts, scheduled incidents and removed components.
//!
//! Source: <https://developer.statuspage.io/>.

use std::io;
use std::path::Path;

use serde_json::Value;

use crate::edge::Error;
use crate::edge::deploy::Progress;
use crate::edge::statuspage::changing::{PageFile, PageFiles, settled};
use crate::edge::statuspage::kept::Kept;
use crate::edge::statuspage::reader::Reader;
use crate::import::statuspage::listing::{self, Fingerprints};
use crate::import::statuspage::uptime;
use crate::model::uptime::Seconds;
use crate::time::Day;

/// The most pages of a list: 100,000 incidents.
const MOST_PAGES: usize = 1_000;

pub struct ManagedPage<'a> {
    pub reader: &'a Reader,
    pub kept: &'a Kept,
    /// The API's URL, without a slash at its end.
    pub api: &'a str,
    /// The page's id.
    pub page: &'a str,
    /// Older incidents are not read.
    pub since: Option<Day>,
    pub progress: &'a dyn Fn(Progress),
}

/// The content of the lists.
struct Lists {
    files: Vec<PageFile>,
    with_uptime: Vec<String>,
}

impl ManagedPage<'_> {
    /// Incidents, maintenances, components and groups; and the ids of components whose uptime the page shows.
    ///
    /// # Errors
    /// No connection, a wrong key, or answers that stay wrong. What was read is kept.
    pub fn read(&self) -> Result<(PageFiles, Vec<String>), Error> {
        let mut page = PageFiles::default();
        let address = self.address("");
        let settings = self.reader.get(&address)?.ok_or_else(|| self.absent(&address))?;
        let lists = settled(|is_first| self.list(is_first), |_| Ok(()), self.page, &mut page.log)?;
        page.files.push((address, settings));
        page.files.extend(lists.files);
        Ok((page, lists.with_uptime))
    }

    /// Seconds of outage from `first` to `last`, at most six months; `None` for a component whose uptime the page does not
    /// show.
    pub fn outage(&self, component: &str, first: Day, last: Day) -> Result<Option<Seconds>, Error> {
        let query = format!("start={first}&end={last}&skip_related_events=true");
        let address = self.address(&format!("/components/{component}/uptime?{query}"));
        let Some(bytes) = self.kept.get_or(&address, || self.reader.get(&address))? else { return Ok(None) };
        let outage = serde_json::from_slice(&bytes).map_err(io::Error::other);
        let outage: Value = outage.map_err(Error::when("read", Path::new(&address)))?;
        Ok(Some(uptime::total(&outage)))
    }

    /// All subscribers, as the API gives them. They are not kept.
    pub fn subscribers(&self) -> Result<Vec<Value>, Error> {
        let mut all = Vec::new();
        // Pages of this list are counted from 0.
        for number in 0..MOST_PAGES {
            let address = self.address(&format!("/subscribers?limit=100&page={number}"));
            let bytes = self.reader.get(&address)?.ok_or_else(|| self.absent(&address))?;
            let list = listing::list(&bytes).map_err(|why| broken(&address, why))?;
            if list.is_empty() {
                return Ok(all);
            }
            all.extend(list);
            (self.progress)(Progress { done: all.len(), all: all.len() });
        }
        Err(self.endless("/subscribers"))
    }

    fn list(&self, is_first: bool) -> Result<(Fingerprints, Lists), Error> {
        let mut fingerprints = Fingerprints::new();
        let mut lists = Lists { files: Vec::new(), with_uptime: Vec::new() };
        let whole = |_: &Value| false;
        for (address, bytes) in self.pages("/components?per_page=100", is_first, whole)? {
            let list = listing::list(&bytes).map_err(|why| broken(&address, why))?;
            lists.with_uptime.extend(listing::with_uptime(&list));
            lists.files.push((address, bytes));
        }
        lists.files.extend(self.pages("/component-groups?per_page=100", is_first, whole)?);
        let is_before =
            |it: &Value| listing::last_day(it).zip(self.since).is_some_and(|(day, since)| day < since);
        for (address, bytes) in self.pages("/incidents?limit=100", is_first, is_before)? {
            let list = listing::list(&bytes).map_err(|why| broken(&address, why))?;
            fingerprints.extend(listing::fingerprints(&list));
            lists.files.push((address, bytes));
        }
        Ok((fingerprints, lists))
    }

    /// All pages of a list up to the first one that is empty, or holds only what is too old. Those kept by an earlier run
    /// serve for the first round alone.
    fn pages(
        &self,
        path: &str,
        is_first: bool,
        is_before: impl Fn(&Value) -> bool,
    ) -> Result<Vec<PageFile>, Error> {
        let mut pages = Vec::new();
        for number in 1..=MOST_PAGES {
            let address = self.address(&format!("{path}&page={number}"));
            let read = || self.reader.get(&address)?.map(Some).ok_or_else(|| self.absent(&address));
            let bytes = if is_first { self.kept.get_or(&address, read)? } else { read()? };
            let bytes = bytes.unwrap_or_default();
            let list = listing::list(&bytes).map_err(|why| broken(&address, why))?;
            if !is_first {
                self.kept.put(&address, &bytes)?;
            }
            (self.progress)(Progress { done: number, all: number });
            if list.is_empty() || list.iter().all(&is_before) {
                return Ok(pages);
            }
            pages.push((address, bytes));
        }
        Err(self.endless(path))
    }

    fn address(&self, path: &str) -> String {
        format!("{}/pages/{}{path}", self.api, self.page)
    }

    fn absent(&self, address: &str) -> Error {
        broken(address, format!("the API has no page `{}` for this key", self.page))
    }

    fn endless(&self, path: &str) -> Error {
        broken(&self.address(path), format!("the list has more than {MOST_PAGES} pages"))
    }
}

fn broken(address: &str, why: String) -> Error {
    Error::when("read", Path::new(address))(io::Error::other(why))
}
