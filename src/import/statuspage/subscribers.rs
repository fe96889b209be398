//! Subscribers of a page as a table for a sending service.

use serde_json::Value;

const COLUMNS: [&str; 5] = ["mode", "address", "created_at", "quarantined_at", "components"];

/// CSV (RFC 4180) with a row for each subscriber.
pub fn csv(subscribers: &[Value]) -> String {
    let rows = subscribers.iter().map(|subscriber| {
        let text = |key: &str| subscriber.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let components = subscriber.get("components").and_then(Value::as_array);
        let components: Vec<&str> = components.into_iter().flatten().filter_map(Value::as_str).collect();
        row([
            text("mode"),
            address(subscriber),
            text("created_at"),
            text("quarantined_at"),
            components.join(" "),
        ])
    });
    row(COLUMNS.map(str::to_owned)) + &rows.collect::<String>()
}

/// Where a subscriber is reached: an e-mail address, a telephone number, a URL, or a channel.
fn address(subscriber: &Value) -> String {
    let text = |key: &&str| subscriber.get(key).and_then(Value::as_str).filter(|it| !it.is_empty());
    let channel = ["workspace_name", "obfuscated_channel_name"];
    let single = ["email", "display_phone_number", "phone_number", "endpoint"].iter().find_map(text);
    single.map_or_else(|| channel.iter().filter_map(text).collect::<Vec<_>>().join(" "), str::to_owned)
}

fn row(cells: [String; COLUMNS.len()]) -> String {
    let cell = |cell: &String| match cell.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.clone(),
    };
    cells.iter().map(cell).collect::<Vec<_>>().join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::csv;

    #[test]
    fn each_kind_of_subscriber_has_an_address() {
        let subscribers = [
            json!({ "mode": "email", "email": "a\"b,c@example.org", "created_at": "2024-01-01", "components": ["c1", "c2"] }),
            json!({ "mode": "sms", "phone_number": "5550100", "display_phone_number": "+1 555 0100", "email": null }),
            json!({ "mode": "slack", "workspace_name": "Acme", "obfuscated_channel_name": "#s***" }),
            json!({ "mode": "webhook", "endpoint": "https://a.example/x", "quarantined_at": "2024-02-01" }),
        ];
        assert_eq!(
            csv(&subscribers),
            "mode,address,created_at,quarantined_at,components\r\n\
             email,\"a\"\"b,c@example.org\",2024-01-01,,c1 c2\r\n\
             sms,+1 555 0100,,,\r\n\
             slack,Acme #s***,,,\r\n\
             webhook,https://a.example/x,,2024-02-01,\r\n"
        );
    }
}
