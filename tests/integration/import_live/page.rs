//! A server on loopback that plays Statuspage: a public page, and its management API below `/v1`.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

/// What a page does instead of answering.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    Status(u16, &'static str),
    /// Closes the connection.
    Nothing,
    /// Holds the request until the client is gone.
    Hang,
}

/// A change of the page's incidents.
pub(super) type Change = fn(&mut Vec<Value>);

pub(super) struct Page {
    pub(super) incidents: Vec<Value>,
    /// Answers to the first requests whose path contains this.
    pub(super) faults: Vec<(&'static str, Answer)>,
    /// What happens when a path is asked for the first time.
    pub(super) changes: Vec<(&'static str, Change)>,
    /// Seconds of partial and major outage of c1, by day; `None` is not published.
    pub(super) outage: Option<BTreeMap<&'static str, (i64, i64)>>,
    /// The same for days before, which the management API alone has.
    pub(super) older: BTreeMap<&'static str, (i64, i64)>,
    pub(super) subscribers: Vec<Value>,
    /// How many components it has beside `c1`.
    pub(super) others: usize,
}

pub(super) struct Server {
    pub(super) url: String,
    /// Paths with their queries, in order.
    pub(super) requests: Arc<Mutex<Vec<String>>>,
    /// Sent when a request hangs.
    pub(super) hangs: Receiver<()>,
}

impl Server {
    pub(super) fn count(&self, part: &str) -> usize {
        self.requests.lock().unwrap().iter().filter(|path| path.contains(part)).count()
    }
}

impl Page {
    pub(super) fn new(incidents: Vec<Value>) -> Self {
        let outage =
            BTreeMap::from([("2024-05-15", (0, 0)), ("2024-05-16", (60, 3500)), ("2024-05-20", (7, 0))]);
        Self {
            incidents,
            faults: Vec::new(),
            changes: Vec::new(),
            outage: Some(outage),
            older: BTreeMap::from([("2024-02-10", (0, 30))]),
            subscribers: Vec::new(),
            others: 0,
        }
    }

    /// Serves until the test ends.
    pub(super) fn serve(mut self) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests: Arc<Mutex<Vec<String>>> = Arc::default();
        let (noted, base) = (Arc::clone(&requests), url.clone());
        let (hanging, hangs) = std::sync::mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming().take(5_000) {
                let mut stream = stream.unwrap();
                let Some((path, has_key)) = request(&stream) else { continue };
                noted.lock().unwrap().push(path.clone());
                if let Some(place) = self.changes.iter().position(|(part, _)| path.contains(part)) {
                    let (_, change) = self.changes.remove(place);
                    change(&mut self.incidents);
                }
                let fault = self.faults.iter().position(|(part, _)| path.contains(part));
                let (head, body) = match fault.map(|place| self.faults.remove(place).1) {
                    Some(Answer::Nothing) => continue,
                    Some(Answer::Hang) => {
                        hanging.send(()).unwrap();
                        let _ = BufReader::new(&stream).read_line(&mut String::new());
                        continue;
                    }
                    Some(Answer::Status(status, header)) => {
                        (format!("{status} No\r\n{header}"), String::new())
                    }
                    None => match self.body(&base, &path, has_key) {
                        Some(body) => ("200 OK".to_owned(), body),
                        None if path.starts_with("/v1") && !has_key => ("401 No".to_owned(), String::new()),
                        None => ("404 No".to_owned(), "<html>".to_owned()),
                    },
                };
                let length = body.len();
                let answer = format!(
                    "HTTP/1.1 {}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}",
                    head.trim_end()
                );
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        Server { url, requests, hangs }
    }

    fn body(&self, base: &str, path: &str, has_key: bool) -> Option<String> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        if let Some(path) = path.strip_prefix("/v1/pages/pg1") {
            return has_key.then(|| self.managed(path, query)).flatten().map(|body| body.to_string());
        }
        let page = json!({ "id": "pg1", "name": "Lumen", "url": base, "time_zone": "Etc/UTC" });
        let public = self.incidents.iter().filter(|incident| incident["status"] != "draft");
        let is_planned = |incident: &&Value| !incident["scheduled_for"].is_null();
        let body = match path {
            "/history.json" => self.history(query),
            "/history.atom" => return Some(self.feed(base)),
            "/uptime_showcase" => self.showcase(query)?,
            "/api/v2/components.json" => json!({ "page": page, "components": self.components() }),
            "/api/v2/summary.json" => json!({ "page": page, "components": self.components() }),
            // Only the newest incident.
            "/api/v2/incidents.json" => {
                let newest: Vec<_> = public.filter(|it| !is_planned(it)).skip(1).collect();
                json!({ "page": page, "incidents": newest })
            }
            "/api/v2/scheduled-maintenances.json" => {
                json!({ "page": page, "scheduled_maintenances": public.filter(is_planned).collect::<Vec<_>>() })
            }
            path => {
                let id = path.strip_prefix("/incidents/")?.strip_suffix(".json")?;
                public.clone().find(|incident| incident["id"] == id)?.clone()
            }
        };
        Some(body.to_string())
    }

    /// Incidents on the second page of three months each.
    fn history(&self, query: &str) -> Value {
        let entry = |incident: &Value| {
            let message = &incident["incident_updates"][0]["body"];
            json!({ "code": incident["id"], "name": incident["name"], "message": message, "timestamp": "May <var>2</var>" })
        };
        let shown =
            self.incidents.iter().filter(|it| it["scheduled_for"].is_null() && it["status"] != "draft");
        let incidents: Vec<Value> = if query == "page=2" { shown.map(entry).collect() } else { Vec::new() };
        let months = json!([{ "name": "May", "year": 2024, "incidents": incidents }]);
        json!({ "months": if matches!(query, "page=1" | "page=2") { months } else { json!([]) } })
    }

    fn feed(&self, base: &str) -> String {
        let entry = |incident: &Value| {
            let id = incident["id"].as_str().unwrap();
            format!(
                "<entry><id>tag:127.0.0.1,2005:Incident/{id}</id><published>2024-05-16T11:00:00Z</published>\
                 <link rel=\"alternate\" href=\"{base}/incidents/{id}\"/><title>x</title><content type=\"html\">&lt;p&gt;&lt;small&gt;\
                 May &lt;var data-var='date'&gt;16&lt;/var&gt;, &lt;var data-var='time'&gt;11:00&lt;/var&gt; UTC&lt;/small&gt;&lt;br&gt;\
                 &lt;strong&gt;Resolved&lt;/strong&gt; - Over.&lt;/p&gt;</content></entry>"
            )
        };
        let public = self.incidents.iter().filter(|incident| incident["status"] != "draft");
        let entries: String = public.map(entry).collect();
        format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Lumen Status - Incident History</title>{entries}</feed>"
        )
    }

    /// Of 60 components at most; the others than `c1` had no outage.
    fn showcase(&self, query: &str) -> Option<Value> {
        let ids: Vec<&str> = query.strip_prefix("components=")?.split(',').collect();
        let outage = self.outage.as_ref().filter(|_| ids.len() <= 60);
        let Some(outage) = outage else { return (ids.len() <= 60).then(|| json!({ "timelines": {} })) };
        let timeline = |id: &&str| {
            let of = |(p, m): (i64, i64)| if *id == "c1" { json!({ "p": p, "m": m }) } else { json!({}) };
            let days = outage.iter().map(|(day, seconds)| json!({ "date": day, "outages": of(*seconds) }));
            let days: Vec<Value> = days.collect();
            let component = json!({ "code": id, "startDate": "2024-01-01" });
            ((*id).to_owned(), json!({ "component": component, "days": days }))
        };
        Some(json!({ "timelines": ids.iter().map(timeline).collect::<serde_json::Map<_, _>>() }))
    }

    fn managed(&self, path: &str, query: &str) -> Option<Value> {
        let of =
            |name: &str| query.split('&').find_map(|part| part.strip_prefix(name)?.parse::<usize>().ok());
        let first = if path == "/subscribers" { 0 } else { 1 };
        let (number, length) = (of("page=").unwrap_or(first), of("limit=").or(of("per_page=")).unwrap_or(20));
        assert!(length <= 100, "{query}");
        let paged = |list: Value| {
            let list = list.as_array().unwrap().iter().skip((number - first) * length).take(length);
            Value::Array(list.cloned().collect())
        };
        let group = json!({ "id": "g1", "name": "Core", "position": 1, "components": ["c1"] });
        Some(match path {
            "" => json!({
                "id": "pg1", "name": "Lumen", "url": "https://lumen.test", "subdomain": "lumen",
                "domain": "status.lumen.test", "time_zone": "UTC",
            }),
            "/components" => {
                paged(Value::Array(self.components().as_array()?.iter().skip(1).cloned().collect()))
            }
            "/component-groups" => paged(json!([group])),
            "/incidents" => paged(Value::Array(self.incidents.iter().rev().cloned().collect())),
            "/subscribers" => paged(Value::Array(self.subscribers.clone())),
            "/components/c1/uptime" => self.total(query),
            _ => return None,
        })
    }

    /// A group, then its component `c1` and all others.
    fn components(&self) -> Value {
        let others = (0..self.others).map(|number| {
            json!({ "id": format!("x{number}"), "name": format!("Node {number}"), "position": 2 + number, "showcase": true,
                "start_date": "2024-01-01" })
        });
        let first = [
            json!({ "id": "g1", "name": "Core", "group": true, "position": 1, "components": ["c1"] }),
            json!({ "id": "c1", "name": "API", "position": 1, "group_id": "g1", "description": "What apps use", "showcase": true,
                "start_date": "2024-01-01", "created_at": "2024-01-02T00:00:00.000Z" }),
        ];
        Value::Array(first.into_iter().chain(others).collect())
    }

    /// The outage of the period that the query names.
    fn total(&self, query: &str) -> Value {
        let of = |name: &str| query.split('&').find_map(|part| part.strip_prefix(name)).unwrap();
        let days = self
            .outage
            .iter()
            .flatten()
            .chain(&self.older)
            .filter(|(day, _)| (of("start=")..=of("end=")).contains(*day));
        let (p, m) = days.fold((0, 0), |sum, (_, day)| (sum.0 + day.0, sum.1 + day.1));
        json!({ "partial_outage": p, "major_outage": m, "id": "c1" })
    }
}

/// The path of a request, and whether it has the key.
fn request(stream: &TcpStream) -> Option<(String, bool)> {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: Vec<String> = lines.map(|line| line.to_ascii_lowercase()).collect();
    assert!(headers.iter().any(|line| line == "accept: application/json"), "{headers:?}");
    let sent = headers.iter().find(|line| line.starts_with("authorization:"));
    assert!(sent.is_none() || path.starts_with("/v1/"), "the key goes to the API alone: {path}");
    Some((path, sent.is_some_and(|line| line == &format!("authorization: oauth {}", super::KEY))))
}
