//! The option that names the site's folder.

use std::path::PathBuf;

use clap::Args;

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub(crate) struct SiteArgs {
    /// The site's folder [default: this folder, or the nearest parent with a site.toml]
    #[arg(long, value_name = "DIR", default_value_os_t = nearest_site(), hide_default_value = true)]
    pub(crate) site: PathBuf,
}

/// The nearest folder with a site.toml, from here up to the git root or the home folder; else this folder.
fn nearest_site() -> PathBuf {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let here = std::env::current_dir().unwrap_or_default();
    for (steps, folder) in here.ancestors().enumerate() {
        if folder.join("site.toml").is_file() && steps > 0 {
            return vec![".."; steps].iter().collect();
        }
        let is_last = folder.join(".git").exists() || home.as_deref() == Some(folder);
        if is_last || folder.join("site.toml").is_file() {
            break;
        }
    }
    PathBuf::from(".")
}
