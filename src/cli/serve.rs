//! `allclear serve`: the preview.
//!
//! Four parties and no shared state but the newest one: the watcher says that something changed; the maker, alone, reads,
//! checks and plans; the server shows what the maker made last; this thread waits for Ctrl-C.

use std::fs::File;
use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant as Stopwatch};

use crate::check::{Clock, Drafts as Shown};
use crate::cli::clock::{self, Now};
use crate::cli::load::{self, ContentArgs};
use crate::cli::{Failure, SiteArgs};
use crate::diagnostic::{Diagnostic, text};
use crate::edge::disk::{self, Folder};
use crate::edge::serve::{Hosts, Moment, Port, Preview, Server, Travel, World, listen};
use crate::edge::watch::{Watching, watch};
use crate::edge::{browser, interrupt};
use crate::model::config::BaseUrl;
use crate::parse::{self, draft::Drafts};
use crate::pipeline::{self, Memory, Options};
use crate::source::{Handle, Snapshot};
use crate::time::Instant;

/// The port that is tried first.
const PORT: u16 = 4000;
/// How long the maker waits at most before it looks at the clock and the folder again: a machine that slept has a clock that
/// jumped, and what lies behind a symbolic link tells nobody that it changed.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// Preview the site in a browser, with every change shown at once
///
/// Pages are rendered when they are asked for, from memory; nothing is written. With errors in the files the last good site
/// stays, and every page shows what is wrong.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  allclear serve --open --now '2026-11-20 14:30'")]
pub(super) struct Serve {
    #[command(flatten)]
    site: SiteArgs,
    #[command(flatten)]
    content: ContentArgs,
    /// The address to listen on; other machines are answered when it is theirs to reach [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<IpAddr>,
    /// The port to listen on, that one alone [default: 4000 or the next that is free]
    #[arg(long)]
    port: Option<u16>,
    /// Open the browser
    #[arg(long)]
    open: bool,
}

/// What the maker is woken by.
#[derive(Debug)]
enum Wake {
    /// Something in the site's folder may have changed.
    Files,
    /// The time bar was used.
    Travel(Travel),
}

/// What the preview needs of the world.
struct Outside {
    site: PathBuf,
    maker: Sender<Wake>,
}

impl World for Outside {
    fn open(&self, handle: &Handle) -> io::Result<File> {
        disk::open(&self.site, handle)
    }

    fn report(&self, problems: &[Diagnostic], snapshot: &Snapshot) {
        // That they are errors is what the author is told here; the preview goes on.
        load::report(problems, snapshot).unwrap_or_default();
    }

    fn travel(&self, travel: Travel) {
        // It fails only when the maker has ended, and then everything does.
        self.maker.send(Wake::Travel(travel)).unwrap_or_default();
    }
}

/// Serves until Ctrl-C.
///
/// # Errors
/// No site, a port that is taken, a wrong `--now` or `--base-url`, and what the disk says at the start.
pub(super) fn run(args: &Serve) -> Result<(), Failure> {
    let address = args.bind.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let port = args.port.map_or(Port::From(PORT), Port::Exactly);
    let listener = listen(address, port).map_err(|error| taken(&error.to_string(), args.port))?;
    let (sender, wakes) = mpsc::channel();
    let outside = Outside { site: args.site.site.clone(), maker: sender.clone() };
    let hosts = if args.bind.is_some() { Hosts::Any } else { Hosts::Loopback };
    let preview = Arc::new(Preview::new(outside, hosts));
    let mut maker = Maker::new(args, Arc::clone(&preview))?;
    maker.make();
    let path = maker.base_path();
    let server = Server::start(listener, &preview).map_err(Failure::world)?;
    announce(args, server.address(), &path);
    let told = watch(&args.site.site, &disk::FOLDERS, move || sender.send(Wake::Files).is_ok());
    if let Watching::Rounds(why) = told {
        eprintln!("note: the folder cannot be watched ({why}), so it is looked at every second");
    }
    thread::spawn(move || maker.run(&wakes));
    interrupt::wait();
    Ok(())
}

fn taken(problem: &str, port: Option<u16>) -> Failure {
    match port {
        Some(_) => Failure::World(format!("{problem}\nhelp: leave out `--port` to take the next free one")),
        None => Failure::World(problem.to_owned()),
    }
}

fn announce(args: &Serve, address: SocketAddr, path: &str) {
    if args.port.is_none() && address.port() != PORT {
        eprintln!("port {PORT} is taken, so this is {}", address.port());
    }
    // An address that stands for all of this machine's is none to go to.
    let shown = match address.ip().is_unspecified() {
        true => SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), address.port()),
        false => address,
    };
    let url = format!("http://{shown}{path}");
    eprintln!("serving `{}`; Ctrl-C ends it", args.site.site.display());
    // Whoever reads it may have gone; the preview goes on.
    writeln!(io::stdout(), "{url}").unwrap_or_default();
    if args.open
        && let Err(error) = browser::open(&url)
    {
        eprintln!("note: {error}");
    }
}

/// Reads, checks and plans, again and again, what did not change excepted.
struct Maker {
    preview: Arc<Preview<Outside>>,
    folder: Folder,
    snapshot: Snapshot,
    drafts: Drafts,
    memory: Memory,
    moment: Moment,
    shown: Shown,
    base_url: Option<BaseUrl>,
    /// When the site changes by itself.
    next_change: Option<Instant>,
    path: String,
    /// What the terminal said last.
    said: String,
}

impl Maker {
    fn new(args: &Serve, preview: Arc<Preview<Outside>>) -> Result<Self, Failure> {
        let site = &args.site.site;
        let mut folder = Folder::new(site, &[site.join("public")]);
        let snapshot = folder.read().map_err(Failure::world)?;
        load::require_site_toml(site, &snapshot)?;
        let drafts = parse::all(&snapshot);
        let now = clock::now(args.content.now.as_deref(), pipeline::zone(&drafts)).map_err(Failure::World)?;
        let moment = match now {
            Now { clock: Clock::Real, .. } => Moment::Real,
            Now { clock: Clock::Fixed, at } => Moment::Travelled(at),
        };
        let base_url = args.content.base_url.as_deref().map(load::base_url).transpose()?;
        Ok(Self {
            preview,
            folder,
            snapshot,
            drafts,
            memory: Memory::default(),
            moment,
            shown: if args.content.drafts { Shown::Show } else { Shown::Hide },
            base_url,
            next_change: None,
            path: "/".to_owned(),
            said: String::new(),
        })
    }

    /// Where the site stands on its host.
    fn base_path(&self) -> String {
        self.path.clone()
    }

    /// Makes the newest state whenever it is woken, until nobody can wake it any more.
    fn run(mut self, wakes: &Receiver<Wake>) {
        loop {
            match wakes.recv_timeout(self.until_change()) {
                Ok(Wake::Files) => self.look(),
                Ok(Wake::Travel(travel)) => self.travel(travel),
                Err(RecvTimeoutError::Timeout) => {
                    self.look();
                    if self.next_change.is_some_and(|next| next <= self.now()) {
                        self.make();
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn now(&self) -> Instant {
        match self.moment {
            Moment::Real => clock::real_now(),
            Moment::Travelled(now) => now,
        }
    }

    fn until_change(&self) -> Duration {
        let secs = self.next_change.map(|next| next.secs_since(self.now()));
        let secs = secs.filter(|_| self.moment == Moment::Real).and_then(|secs| u64::try_from(secs).ok());
        secs.map_or(LONGEST_WAIT, |secs| Duration::from_secs(secs.max(1)).min(LONGEST_WAIT))
    }

    /// Reads the folder again, and makes the newest state when anything in it is not as it was.
    fn look(&mut self) {
        let begun = Stopwatch::now();
        let snapshot = match self.folder.read() {
            Ok(snapshot) => snapshot,
            Err(error) => {
                self.preview.fail(&error.to_string());
                self.say(format!("error: {error}"));
                return;
            }
        };
        if snapshot == self.snapshot && !self.said.starts_with("error: cannot") {
            return;
        }
        self.drafts = parse::all_reusing(&snapshot, &self.drafts, &self.snapshot);
        self.snapshot = snapshot;
        self.make();
        eprintln!("shown after {} ms", begun.elapsed().as_millis());
    }

    /// Checks and plans what was read, and shows it.
    fn make(&mut self) {
        let clock = if self.moment == Moment::Real { Clock::Real } else { Clock::Fixed };
        let options = Options { now: self.now(), clock, drafts: self.shown, base_url: self.base_url.clone() };
        let outcome = pipeline::prepare(&self.snapshot, &self.drafts, &options, &mut self.memory);
        self.next_change = outcome.prepared.as_ref().map(|prepared| prepared.edition.next_change);
        if let Some(prepared) = &outcome.prepared {
            self.path = prepared.edition.site.config.base_url.path().to_owned();
        }
        let said = self.problems(&outcome.problems);
        self.preview.show(outcome, &self.snapshot, self.moment);
        self.say(said);
    }

    fn travel(&mut self, travel: Travel) {
        let Moment::Travelled(now) = self.moment else { return };
        let to = match travel {
            Travel::By(secs) => now.plus_secs(secs),
            Travel::ToNextChange => self.next_change.unwrap_or(now),
        };
        self.moment = Moment::Travelled(to);
        self.make();
    }

    fn problems(&self, problems: &[Diagnostic]) -> String {
        text::count(problems).map_or_else(String::new, |count| {
            let shown = text::render(problems, &self.snapshot, load::style(&io::stderr()));
            format!("{}\n\n{count}", shown.trim_end())
        })
    }

    /// Says what is wrong, unless it was said already.
    fn say(&mut self, said: String) {
        if said != self.said {
            let text = if said.is_empty() { "no problems left" } else { &said };
            writeln!(io::stderr(), "{text}").unwrap_or_default();
            self.said = said;
        }
    }
}
