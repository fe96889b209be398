//! cState's configuration: systems, categories, address and zone.

use std::collections::BTreeMap;

use crate::edit::slug;
use crate::import::front_matter;
use crate::import::history::{Component, Group};
use crate::import::html;
use crate::import::log::{Finding, ImportLog};
use crate::import::text;
use crate::import::yaml::{self, Node};
use crate::parse::markdown::{RawHtml, plain_text};
use crate::time::Zone;

#[derive(Clone, Debug, Default)]
pub(super) struct Config {
    /// Its file, for the log.
    pub(super) path: String,
    pub(super) title: Option<String>,
    /// Without a slash at its end; may be empty.
    pub(super) base_url: String,
    pub(super) zone: Option<Zone>,
    /// Keyed by their names.
    pub(super) systems: Vec<Component>,
    pub(super) groups: Vec<Group>,
}

const FOLDERS: [&str; 3] = ["", "config/_default/", "config/production/"];

/// The configuration, as far as it can be read.
pub(super) fn read(files: &BTreeMap<String, Vec<u8>>, log: &mut ImportLog) -> Config {
    let found = ["config", "hugo"].iter().find_map(|stem| find(files, stem));
    let Some((path, bytes)) = found else {
        let text = "there is no `config.yml`: systems are known from issues alone";
        log.add(Finding::Unsettled, "config.yml", text);
        return Config { path: "config.yml".to_owned(), ..Config::default() };
    };
    let mut parsed = |path: &str, bytes: &[u8]| match parse(path, bytes) {
        Ok(node) => node,
        Err(why) => {
            log.add(Finding::Unsettled, path, why);
            Node::empty()
        }
    };
    let node = parsed(path, bytes);
    let params = match (find(files, "params"), node.get("params")) {
        (Some((path, bytes)), _) => parsed(path, bytes),
        (None, Some(params)) => params.clone(),
        (None, None) => Node::empty(),
    };
    config(path, &node, &params, log)
}

fn find<'a>(files: &'a BTreeMap<String, Vec<u8>>, stem: &str) -> Option<(&'a str, &'a [u8])> {
    let names = FOLDERS
        .iter()
        .flat_map(|folder| ["yml", "yaml", "toml", "json"].map(|ending| format!("{folder}{stem}.{ending}")));
    names
        .into_iter()
        .find_map(|name| files.get_key_value(&name))
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
}

fn parse(path: &str, bytes: &[u8]) -> Result<Node, String> {
    let text = text::of(bytes)?;
    if path.ends_with(".toml") { front_matter::toml(&text, 1) } else { yaml::parse(&text, 1) }
}

fn config(path: &str, node: &Node, params: &Node, log: &mut ImportLog) -> Config {
    let mut config = Config {
        path: path.to_owned(),
        title: node.text_of("title").map(html::to_line),
        base_url: node.text_of("baseURL").unwrap_or_default().trim_end_matches('/').to_owned(),
        zone: node.text_of("timeZone").and_then(Zone::parse),
        ..Config::default()
    };
    let mut untitled = Vec::new();
    for category in params.get("categories").map_or(&[][..], Node::items) {
        let Some(name) = category.text_of("name") else { continue };
        if category.get("untitled").and_then(Node::flag) == Some(true) {
            untitled.push(name.to_owned());
            continue;
        }
        if config.groups.iter().any(|group| group.key == name) {
            let text =
                format!("line {}: a second category is called “{name}”: both are one group", category.line);
            log.add(Finding::Guessed, path, text);
            continue;
        }
        if category.text_of("description").is_some() {
            let text = format!("line {}: a group has no description: that of “{name}”", category.line);
            log.add(Finding::LeftOut, path, text);
        }
        config.groups.push(Group { key: name.to_owned(), api_id: None, name: html::to_line(name) });
    }
    for system in params.get("systems").map_or(&[][..], Node::items) {
        let Some(name) = system.text_of("name") else {
            log.add(Finding::Unsettled, path, format!("line {}: a system has no `name`", system.line));
            continue;
        };
        let mut component = component(name, system);
        let is_taken = |key: &str| config.systems.iter().any(|it| it.key == key);
        if is_taken(name) {
            component.key = slug::free(name.to_owned(), is_taken);
            let text = format!(
                "line {}: a second system is called “{name}”: issues that name it are taken as the first one's",
                system.line
            );
            log.add(Finding::Guessed, path, text);
        }
        config.systems.push(component);
        if system.text_of("link").is_some() {
            let text = format!("line {}: a component has no link: that of “{name}”", system.line);
            log.add(Finding::LeftOut, path, text);
        }
    }
    if !untitled.is_empty() {
        let names: Vec<String> = untitled.iter().map(|name| format!("“{name}”")).collect();
        let text =
            format!("the categories {} have no title: their systems stand without a group", names.join(", "));
        log.add(Finding::LeftOut, path, text);
    }
    in_order_of_groups(&mut config);
    config
}

fn component(name: &str, system: &Node) -> Component {
    let shown = system.text_of("displayName").unwrap_or(name);
    let description = system.text_of("description").unwrap_or_default();
    Component {
        key: name.to_owned(),
        api_id: None,
        name: html::to_line(shown),
        description: html::to_line(&plain_text(description, RawHtml::Text)),
        group: system.text_of("category").map(str::to_owned),
        since: None,
        retired: None,
        show_uptime: true,
    }
}

/// Systems by category, as cState shows them; a category that does not exist is no group.
fn in_order_of_groups(config: &mut Config) {
    let groups = &config.groups;
    let rank = |group: &Option<String>| groups.iter().position(|it| Some(&it.key) == group.as_ref());
    for system in &mut config.systems {
        if rank(&system.group).is_none() {
            system.group = None;
        }
    }
    config.systems.sort_by_key(|system| rank(&system.group).unwrap_or(usize::MAX));
}
