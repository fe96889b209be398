//! A live Statuspage: as everyone reads it, through the management API, or both.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cli::author::usage;
use crate::cli::clock::pause;
use crate::cli::failure::Failure;
use crate::cli::progress::ProgressLine;
use crate::edge::Error;
use crate::edge::console;
use crate::edge::deploy::Progress;
use crate::edge::serve::is_loopback;
use crate::edge::statuspage::{Access, Kept, ManagedPage, PageFile, PageFiles, PublicPage, Reader};
use crate::import::history::History;
use crate::import::log::{Finding, ImportLog};
use crate::import::published::ReportedSeconds;
use crate::import::statuspage::{older, subscribers};
use crate::model::config::BaseUrl;
use crate::time::Day;

pub(super) struct LivePage {
    public: Option<(BaseUrl, Reader)>,
    managed: Option<Managed>,
}

struct Managed {
    api: BaseUrl,
    page: String,
    reader: Reader,
}

impl LivePage {
    pub(super) fn public(url: BaseUrl) -> Self {
        Self { public: Some((url, Reader::new(Access::Public, wait))), managed: None }
    }

    pub(super) fn managed(url: Option<BaseUrl>, api: BaseUrl, page: String, key: String) -> Self {
        let reader = Reader::new(Access::Key(key), wait);
        let public = url.map(|url| (url, Reader::new(Access::Public, wait)));
        Self { public, managed: Some(Managed { api, page, reader }) }
    }

    /// Whether a key can be sent there: encrypted, or to this machine.
    pub(super) fn is_safe(api: &BaseUrl) -> bool {
        api.as_str().starts_with("https://") || is_loopback(api.host())
    }

    pub(super) fn is_managed(&self) -> bool {
        self.managed.is_some()
    }

    /// Tells its responses from those of other pages.
    pub(super) fn name(&self) -> String {
        let managed =
            self.managed.as_ref().map(|managed| format!("{} {}", managed.api.as_str(), managed.page));
        let public = self.public.as_ref().map(|(url, _)| url.as_str().to_owned());
        [managed, public].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// Everything that the page has, but for outage of days before the last 90.
    pub(super) fn read(
        &self,
        kept: &Kept,
        since: Option<Day>,
        log: &mut ImportLog,
    ) -> Result<Vec<PageFile>, Failure> {
        let public_line = self.line("incidents");
        let progress = |progress| public_line.show(progress);
        let public = self.public.as_ref().map(|(url, reader)| PublicPage {
            reader,
            kept,
            base: url.as_str().trim_end_matches('/'),
            since,
            progress: &progress,
        });
        let read = match &self.managed {
            None => public.map_or_else(|| Ok(PageFiles::default()), |public| public.read()),
            Some(managed) => self.read_managed(managed, kept, since, public.as_ref()),
        };
        public_line.clear();
        let page = read.map_err(Failure::world)?;
        log.entries.extend(page.log.entries);
        Ok(page.files)
    }

    fn read_managed(
        &self,
        managed: &Managed,
        kept: &Kept,
        since: Option<Day>,
        public: Option<&PublicPage<'_>>,
    ) -> Result<PageFiles, Error> {
        let line = self.line("pages");
        let show = |progress| line.show(progress);
        let found = managed.page(kept, since, &show).read();
        line.clear();
        let (mut page, with_uptime) = found?;
        // The zone of the public page is an IANA name: it comes first.
        if let Some(public) = public {
            page.files.splice(0..0, public.read_extras(&with_uptime)?);
        }
        Ok(page)
    }

    /// Outage of days before those that the public page has.
    pub(super) fn read_older(
        &self,
        kept: &Kept,
        since: Option<Day>,
        reported: &ReportedSeconds,
        history: &mut History,
    ) -> Result<(), Failure> {
        let Some(managed) = &self.managed else { return Ok(()) };
        let line = self.line("components");
        let no_progress = |_| {};
        let page = managed.page(kept, since, &no_progress);
        let components = history.site.components.iter().filter(|it| it.show_uptime && it.retired.is_none());
        let components: Vec<(String, Option<Day>)> =
            components.map(|component| (component.key.clone(), component.since)).collect();
        for (done, (key, first)) in components.iter().enumerate() {
            line.show(Progress { done, all: components.len() });
            let published = history.published.entry(key.clone()).or_default();
            let last = published.first_key_value().map_or(reported.last_day(), |(first, _)| first.prev());
            let Some(first) = (*first).max(since) else { continue };
            let days = reported.days(key, first, last);
            let found = older::older(&days, |first, last| page.outage(key, first, last));
            match found.map_err(Failure::world)? {
                Some(days) => published.extend(days),
                None => {
                    let text = format!("the API has no uptime of `{}`", reported.id(key));
                    history.log.add(Finding::LeftOut, &managed.page, text);
                }
            }
        }
        line.clear();
        Ok(())
    }

    fn line(&self, unit: &'static str) -> ProgressLine {
        ProgressLine::new("reading", unit)
    }
}

impl Managed {
    fn page<'a>(
        &'a self,
        kept: &'a Kept,
        since: Option<Day>,
        progress: &'a dyn Fn(Progress),
    ) -> ManagedPage<'a> {
        let api = self.api.as_str().trim_end_matches('/');
        ManagedPage { reader: &self.reader, kept, api, page: &self.page, since, progress }
    }
}

/// The shortest pause that is said.
const LONG: Duration = Duration::from_secs(5);

fn wait(time: Duration) {
    if time >= LONG {
        console::clear_line();
        say!("waiting {} s: the server is busy", time.as_secs());
    }
    pause(time);
}

/// The file for subscribers: personal data, which has no place in a site.
pub(super) struct Subscribers {
    path: PathBuf,
}

impl Subscribers {
    /// Fails for a path in the site's folder.
    pub(super) fn at(path: &Path, site: &Path) -> Result<Self, Failure> {
        let folder = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let real =
            |path: &Path| fs::canonicalize(path).map_err(Error::when("find", path)).map_err(Failure::world);
        if real(folder)?.starts_with(real(site)?) {
            let message =
                format!("`{}` is in the site's folder, where it could be published", path.display());
            return Err(usage(&message, "name a file elsewhere"));
        }
        Ok(Self { path: path.to_owned() })
    }

    /// Reads the subscribers and writes the file, which only its owner can read.
    pub(super) fn write(&self, page: &LivePage, kept: &Kept) -> Result<(), Failure> {
        let Some(managed) = &page.managed else { return Ok(()) };
        let line = page.line("subscribers");
        let show = |progress| line.show(progress);
        let found = managed.page(kept, None, &show).subscribers();
        line.clear();
        let found = found.map_err(Failure::world)?;
        self.replace(subscribers::csv(&found).as_bytes()).map_err(Failure::world)?;
        say!("{} subscribers are in `{}`", found.len(), self.path.display());
        Ok(())
    }

    fn replace(&self, bytes: &[u8]) -> Result<(), Error> {
        let failed = || Error::when("write", &self.path);
        let half = self.path.with_added_extension("new");
        let _ = fs::remove_file(&half);
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&half).map_err(failed())?;
        file.write_all(bytes).and_then(|()| fs::rename(&half, &self.path)).map_err(failed())
    }
}
