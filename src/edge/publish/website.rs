//! A site as any visitor gets it, against the manifest that stands beside it.

use std::io;
use std::path::Path;
use std::time::Duration;

use crate::diff::Manifest;
use crate::edge::Error;
use crate::edge::deploy::{DeployError, Refusal};
use crate::edge::http::{Client, Redirects, Request};
use crate::edge::publish::{MANIFEST, Seen, Verdict, judge};
use crate::model::config::BaseUrl;
use crate::model::out_path::OutPath;
use crate::percent::encode_path;

/// How long a host may take for each step of an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Fetches every file of a deployed site, and says what differs.
///
/// # Errors
/// When the site has no manifest, and what the network says.
pub fn verify_url(base_url: &BaseUrl) -> Result<Verdict, DeployError> {
    let client = Client::new(Redirects::Follow, PATIENCE);
    let place = base_url.join(MANIFEST.as_str());
    let Some(bytes) = fetch(&client, &place)? else {
        let help = "a site is published with its manifest by `allclear publish`";
        return Err(Refusal::new(format!("there is no manifest at `{place}`"), help).into());
    };
    let manifest = Manifest::parse(&String::from_utf8_lossy(&bytes)).map_err(|problem| {
        Refusal::new(
            format!("`{place}` is not a manifest: {problem}"),
            "give the address of the site's front page",
        )
    })?;
    let look = |path: &OutPath| {
        let address = base_url.join(&encode_path(path.as_str()));
        Ok(Seen::of(fetch(&client, &address)?.as_ref()))
    };
    Ok(judge(&manifest, look)?)
}

/// The file at an address; `None` when there is none.
fn fetch(client: &Client, address: &str) -> Result<Option<Vec<u8>>, Error> {
    let failed = |cause| Error::when("fetch", Path::new(address))(cause);
    let headers = [("cache-control", "no-cache")];
    let request = Request { method: "GET", address, headers: &headers, body: None };
    let response = client.send(&request).map_err(failed)?;
    match response.status {
        200 => Ok(Some(response.body)),
        // A bucket that may not be listed answers 403 for what is not there.
        403 | 404 | 410 => Ok(None),
        status => Err(failed(io::Error::other(format!("the host answers {status}")))),
    }
}
