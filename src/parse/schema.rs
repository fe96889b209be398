//! JSON Schemas of what authors write, from the very tables that files are read with: editors complete and check by them.

use serde_json::{Map, Value, json};
use toml::de::DeValue;

use crate::parse::keys::form::STATE;
use crate::parse::keys::{self, Key, Table, Type};
use crate::parse::table::json_of;

/// The subject of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// site.toml.
    Site,
    /// An incident's front matter.
    Incident,
    /// A maintenance's front matter.
    Maintenance,
    /// An extra page's front matter.
    Page,
}

impl Subject {
    fn table(self) -> (&'static Table, &'static str) {
        match self {
            Subject::Site => (keys::SITE, "site.toml"),
            Subject::Incident => (keys::INCIDENT, "The front matter of an incident"),
            Subject::Maintenance => (keys::MAINTENANCE, "The front matter of a maintenance"),
            Subject::Page => (keys::PAGE, "The front matter of a page"),
        }
    }
}

/// The schema, in draft 7: what TOML language servers read. Dates and times of TOML are texts to them.
pub fn schema(subject: Subject) -> Value {
    let (table, title) = subject.table();
    let mut schema = object(table);
    let head = json!({ "$schema": "http://json-schema.org/draft-07/schema#", "title": title });
    let Value::Object(mut whole) = head else { unreachable!("an object was written") };
    whole.append(&mut schema);
    Value::Object(whole)
}

/// A table: its keys, and what others may be.
fn object(table: &Table) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    let properties: Map<String, Value> =
        table.keys().map(|key| (key.name.to_owned(), Value::Object(property(key)))).collect();
    if !properties.is_empty() {
        schema.insert("properties".to_owned(), Value::Object(properties));
    }
    let is_required = |key: &&Key| key.required && (key.only.is_empty() || !table.kind.is_empty());
    let required: Vec<&str> = table.keys().filter(is_required).map(|key| key.name).collect();
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    let rest = table.rest.map_or(json!(false), |(_, kind)| Value::Object(of(kind)));
    schema.insert("additionalProperties".to_owned(), rest);
    schema
}

fn property(key: &Key) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("description".to_owned(), json!(key.doc));
    schema.append(&mut of(key.kind));
    if key.required && matches!(key.kind, Type::Text | Type::Line | Type::Form(_)) {
        schema.insert("minLength".to_owned(), json!(1));
    }
    if let Some(default) = default(key.default) {
        schema.insert("default".to_owned(), default);
    }
    schema
}

fn of(kind: Type) -> Map<String, Value> {
    let schema = match kind {
        Type::Text | Type::Line | Type::Form(_) => json!({ "type": "string" }),
        Type::Word(words) => json!({ "type": "string", "enum": words.spellings().collect::<Vec<_>>() }),
        Type::Flag => json!({ "type": "boolean" }),
        Type::Integer(..) => json!({ "type": "integer" }),
        Type::Percent => json!({ "type": "number" }),
        Type::Time => json!({ "type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}" }),
        Type::Day => json!({ "type": "string", "pattern": DAY }),
        Type::Done => json!({ "anyOf": [{ "type": "string", "pattern": DAY }, { "type": "boolean" }] }),
        Type::List(of) => json!({ "type": "array", "items": self::of(*of) }),
        Type::Components => {
            json!({ "anyOf": [{ "type": "array", "items": { "type": "string" } }, states_table()] })
        }
        Type::Table(table) => Value::Object(object(table)),
        Type::Tables(table) => json!({ "type": "array", "items": object(table) }),
        Type::Anything => json!({}),
    };
    match schema {
        Value::Object(schema) => schema,
        _ => unreachable!("every schema above is an object"),
    }
}

/// A day of TOML.
const DAY: &str = r"^\d{4}-\d{2}-\d{2}$";

fn states_table() -> Value {
    json!({ "type": "object", "additionalProperties": of(Type::Word(&STATE)) })
}

/// A default as JSON; `None` where there is nothing to write.
fn default(toml: &str) -> Option<Value> {
    let value = DeValue::parse(toml).ok()?;
    Some(json_of(value.get_ref()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Subject, schema};

    #[test]
    fn a_schema_names_every_key_with_its_type_default_and_meaning() {
        let site = schema(Subject::Site);
        assert_eq!(site["required"], json!(["title", "base_url"]));
        assert_eq!(site["additionalProperties"], json!(false));
        let languages = &site["properties"]["languages"];
        assert_eq!(languages["items"], json!({ "type": "string" }));
        assert_eq!(languages["default"], json!(["en"]));
        assert!(languages["description"].as_str().unwrap().starts_with("for now `language` alone"));
        assert_eq!(site["properties"]["checks"]["additionalProperties"]["enum"][0], "off");
        let weights = &site["properties"]["uptime"]["properties"]["weights"]["properties"];
        assert_eq!(weights["partial_outage"]["default"], 30);
        let incident = schema(Subject::Incident);
        let outage = &incident["properties"]["outages"]["items"];
        assert_eq!(outage["required"], json!(["component", "state", "from"]));
        assert!(outage["properties"]["state"]["enum"].as_array().unwrap().contains(&json!("major")));
        assert_eq!(schema(Subject::Maintenance)["required"], json!(["title", "from", "to"]));
    }

    #[test]
    fn every_schema_has_what_language_servers_look_for() {
        for subject in [Subject::Site, Subject::Incident, Subject::Maintenance, Subject::Page] {
            let schema = schema(subject);
            assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
            let Value::Object(properties) = &schema["properties"] else {
                panic!("{subject:?} has properties")
            };
            assert!(properties.values().all(|key| key["description"].is_string()));
        }
    }
}
