//! `allclear serve`: the preview.
//!
//! Four threads that share only the newest state: the watcher reports changes; the rebuilder reads, checks and plans;
//! the server shows the rebuilder's last result; the main thread waits for Ctrl-C from the very beginning.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread;

use crate::cli::clock;
use crate::cli::failure::Failure;
use crate::cli::load::{self, ContentArgs};
use crate::cli::site_args::SiteArgs;
use crate::edge::disk;
use crate::edge::serve::{AllowedHosts, Port, Preview, listen, start};
use crate::edge::watch::{Change, Watching, watch};
use crate::edge::{browser, console, interrupt};

mod live_environment;
mod rebuilder;

use live_environment::{LiveEnvironment, Trigger};
use rebuilder::{Rebuilder, RebuilderIo};

/// The first port to try.
const PORT: u16 = 4000;

/// Preview the site in a browser, updated after every change
///
/// Pages are rendered on request and nothing is written. While files have errors, the last good site is served, and
/// every page shows the errors.
#[derive(Clone, Debug, clap::Args)]
#[command(before_help = "Example:\n  allclear serve --open --now '2026-11-20 14:30'")]
pub(super) struct Serve {
    #[command(flatten)]
    site: SiteArgs,
    #[command(flatten)]
    content: ContentArgs,
    /// The address to listen on; a public one lets other machines in [default: 127.0.0.1]
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<IpAddr>,
    /// The port; fails if it is in use [default: 4000 or the next free one]
    #[arg(short, long)]
    port: Option<u16>,
    /// Open the browser
    #[arg(long)]
    open: bool,
}

/// Serves until Ctrl-C, which stops it at once.
pub(super) fn run(args: &Serve) -> Result<(), Failure> {
    let (over, is_over) = mpsc::channel();
    let asked = over.clone();
    // Sending fails only when the preview is already ending.
    interrupt::listen(move || asked.send(Ok(Ok(()))).unwrap_or_default());
    let args = args.clone();
    in_background(over, move || serve(&args));
    let end = is_over.recv().expect("the handler of Ctrl-C holds a sender for ever");
    end.unwrap_or_else(|panic| resume_unwind(panic))
}

/// How serving ended: `Err` holds a panic's payload.
type End = thread::Result<Result<(), Failure>>;

/// Runs work on its own thread and reports how it ended, panics included: a preview that no longer updates must not
/// look alive.
fn in_background(over: Sender<End>, work: impl FnOnce() -> Result<(), Failure> + Send + 'static) {
    thread::spawn(move || {
        let end = catch_unwind(AssertUnwindSafe(work));
        over.send(end).unwrap_or_default();
    });
}

/// Serves until the process ends; returns only on failure at the start.
fn serve(args: &Serve) -> Result<(), Failure> {
    load::require_folder(&args.site.site)?;
    let address = args.bind.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let port = args.port.map_or(Port::From(PORT), Port::Exactly);
    let listener = listen(address, port).map_err(|error| taken(&error.to_string(), args.port))?;
    let (sender, wakes) = mpsc::channel();
    let outside = LiveEnvironment { site: args.site.site.clone(), rebuilder: sender.clone() };
    let hosts = if args.bind.is_some() { AllowedHosts::Any } else { AllowedHosts::Loopback };
    let preview = Arc::new(Preview::new(outside, hosts));
    let place = RebuilderIo { clock: Box::new(clock::real_now), terminal: say };
    let mut rebuilder = Rebuilder::new(&args.site.site, &args.content, Arc::clone(&preview), place)?;
    rebuilder.make();
    let path = rebuilder.base_path();
    let address = start(listener, &preview).map_err(Failure::world)?;
    announce(args, address, &path)?;
    let tell = sender.clone();
    let told =
        watch(&args.site.site, &disk::FOLDERS, move |change| tell.send(Trigger::Files(change)).is_ok());
    // Changes between the first read and the start of the watcher were not reported.
    sender.send(Trigger::Files(Change::Anywhere)).unwrap_or_default();
    if let Watching::Rounds(why) = told {
        say!("note: the folder cannot be watched ({why}), so it is checked every second");
    }
    rebuilder.run(&wakes);
    Ok(())
}

/// Prints a line; a closed stderr is not an error.
fn say(text: &str) {
    console::say(text);
}

fn taken(problem: &str, port: Option<u16>) -> Failure {
    match port {
        Some(_) => Failure::World(format!("{problem}\nhelp: leave out `--port` to take the next free one")),
        None => Failure::World(problem.to_owned()),
    }
}

fn announce(args: &Serve, address: SocketAddr, path: &str) -> Result<(), Failure> {
    if args.port.is_none() && address.port() != PORT {
        say!("port {PORT} is in use, so this is port {}", address.port());
    }
    // Browsers cannot open an unspecified address such as 0.0.0.0.
    let shown = match address.ip().is_unspecified() {
        true => SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), address.port()),
        false => address,
    };
    let url = format!("http://{shown}{path}");
    say!("serving `{}`; Ctrl-C ends it", args.site.site.display());
    console::print(&format!("{url}\n")).map_err(Failure::world)?;
    if args.open {
        browser::open(&url, |error| {
            say(&format!("note: {error}\nhelp: open `{}` yourself", error.path.display()))
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
