//! The static files of a theme: compacted, with texts and the site's colours put in.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use crate::embedded::THEME;
use crate::render::assets::AssetFile;
use crate::render::compact;
use crate::render::messages::Messages;
use crate::render::script_words;
use crate::render::theme::files::{ThemeFile, below};
use crate::source::SourcePath;

/// The stylesheet of every page.
const SHEET: &str = "style.css";

/// The theme's static files, and the texts of its scripts as modules, which are empty when the messages cannot be
/// parsed. `style` is added to the stylesheet of every page.
///
/// A page asks for fewer files when texts stand in the script that uses them. The built-in scripts hold theirs, and `live.js`
/// also holds the script of every page. A script that the site's theme replaces imports both.
pub(super) fn of(
    files: &BTreeMap<String, ThemeFile>,
    messages: Option<&Messages>,
    style: &str,
) -> BTreeMap<String, AssetFile> {
    let words: Vec<(&str, String)> = script_words::modules(messages).collect();
    let original = |name: &str, file: &ThemeFile| {
        let text = THEME.text(&format!("static/{name}"));
        COMPACTED.get(name).filter(|_| text.is_some_and(|text| text.as_bytes() == &*file.bytes))
    };
    let every_page =
        files.get("static/times.js").and_then(|file| original("times.js", file)).map(String::as_str);
    let bytes = |name: &str, file: &ThemeFile| match original(name, file) {
        Some(script) if name.ends_with(".js") => {
            let script = with_script(script, "times.js", every_page);
            Arc::from(words.iter().fold(script, with_words).into_bytes())
        }
        Some(style) => Arc::from(style.as_bytes()),
        None => Arc::clone(&file.bytes),
    };
    let asset =
        |name: &str, file: &ThemeFile| AssetFile { path: file.path.clone(), bytes: bytes(name, file) };
    let mut assets: BTreeMap<String, AssetFile> =
        below(files, "static/").map(|(name, file)| (name.to_owned(), asset(name, file))).collect();
    for (name, module) in &words {
        let reference = format!("./{name}");
        let names_it =
            |asset: &AssetFile| std::str::from_utf8(&asset.bytes).is_ok_and(|text| text.contains(&reference));
        if assets.values().any(names_it) {
            let path = SourcePath::new("themes/default/i18n/en.ftl");
            let bytes = Arc::from(module.as_bytes());
            assets.insert((*name).to_owned(), AssetFile { path, bytes });
        }
    }
    brand(&mut assets, style);
    import_sheets(&mut assets);
    assets
}

/// Adds the site's own rules to the theme's stylesheet.
fn brand(assets: &mut BTreeMap<String, AssetFile>, style: &str) {
    if let Some(sheet) = assets.get_mut(SHEET).filter(|_| !style.is_empty()) {
        sheet.bytes = [&*sheet.bytes, b"\n", style.as_bytes()].concat().into();
    }
}

/// Puts sheets in the places of their imports, so that a page still waits for one request.
fn import_sheets(assets: &mut BTreeMap<String, AssetFile>) {
    while let Some((name, bytes)) = assets.iter().find_map(|(name, file)| {
        let (imported, own) = import(&file.bytes)?;
        let sheet = assets.get(imported).filter(|sheet| import(&sheet.bytes).is_none())?;
        Some((name.clone(), Arc::from([&*sheet.bytes, own.as_bytes()].concat())))
    }) {
        assets.entry(name).and_modify(|file| file.bytes = bytes);
    }
}

/// The name of the sheet that another begins with, and the rest.
fn import(sheet: &[u8]) -> Option<(&str, &str)> {
    std::str::from_utf8(sheet).ok()?.strip_prefix("@import \"./")?.split_once("\";")
}

/// The built-in scripts and sheets by name, compacted once a process.
static COMPACTED: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let compacted = |(path, _): (String, &[u8])| {
        let (text, name) = (THEME.text(&path)?, path.strip_prefix("static/")?.to_owned());
        let compact = match name.rsplit_once('.')?.1 {
            "js" => compact::script,
            "css" => compact::style,
            _ => return None,
        };
        Some((name, compact(text)))
    };
    THEME.files().into_iter().filter_map(compacted).collect()
});

/// A compacted script with another one in place of its import, when it exports all of that.
fn with_script(script: &str, name: &str, other: Option<&str>) -> String {
    let from = format!("from\"./{name}\";");
    let whole = format!("export*{from}");
    let (Some(other), Some(end), true) = (other, script.find(&from), script.contains(&whole)) else {
        return script.to_owned();
    };
    let start = script[..end].rfind("import").unwrap_or(end);
    let rest = script[end + from.len()..].replacen(&whole, "", 1);
    format!("{}{other}{rest}", &script[..start])
}

/// A compacted script with the texts of a module inlined, if it imports them.
fn with_words(script: String, (name, module): &(&str, String)) -> String {
    let from = format!("from\"./{name}\";");
    let place = script.find(&from).and_then(|end| Some((script[..end].rfind("import ")?, end)));
    let Some((start, end)) = place else { return script };
    let local = script[start + "import ".len()..end].trim();
    let value = match module.trim_end().trim_start_matches("export default ") {
        "" => "{};",
        value => value,
    };
    format!("{}const {local}={value}{}", &script[..start], &script[end + from.len()..])
}
