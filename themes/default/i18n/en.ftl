# All texts of the theme. Your own theme may change them: themes/NAME/i18n/en.ftl needs only the messages that it changes.
# For another language, translate all of them in themes/NAME/i18n/LANGUAGE.ftl.

## The page's frame

skip = Skip to the content
nav = Site
history = History
uptime = Uptime
all-pages = All pages
as-of = As of
support = Need help?
zone = Times are in the { $zone } time zone.
subscribe = Subscribe
feed-atom = Atom
feed-rss = RSS
feed-json = JSON
feed-title-atom = { $about } (Atom)
feed-title-rss = { $about } (RSS)
feed-title-json = { $about } (JSON)
scheme-auto = Theme: system
scheme-light = Theme: light
scheme-dark = Theme: dark
previous = Previous
next = Next
beside = Previous and next
contents = Contents

## Titles in the browser's tab and in search results

title-front = { $state } – { $site }
title-page = { $title } – { $site }
title-month = History of { $month }
title-year = { $name } in { $year }
title-moved = Page moved
description-history = Every incident and maintenance of { $site }, by month.
description-tags = Every tag of the incidents and maintenance of { $site }.
description-tag = { $title }: incidents and maintenance of { $site } with this tag.
description-postmortems = { $title } of { $site }: what happened, why, and what changes.
description-month = { $title }: every incident and maintenance of { $site } in that month.
description-uptime = Uptime of each component of { $site }, by month.
description-uptime-year = { $title }: figures for { $site } and each outage behind them.
description-component = { $title }: current status, uptime by day and all reports.
description-component-year = { $title }: uptime by day and all reports.
description-group = { $title }: current status and uptime of its components, and all their reports.
front-description = Now: { $reports }
incident-description = { $status } · { $when } · { $components }
incident-description-bare = { $status } · { $when }

## The whole service

overall-operational = All systems operational
overall-maintenance = Service under maintenance
overall-degraded = Partially degraded service
overall-minor = Minor service outage
overall-major = Partial system outage
overall-critical = Major system outage

## A component

state-affected = Affected
state-operational = Operational
state-under_maintenance = Under maintenance
state-degraded_performance = Degraded performance
state-partial_outage = Partial outage
state-major_outage = Major outage

## A report

kind-incident = Incident
kind-maintenance = Maintenance
status-investigating = Investigating
status-identified = Identified
status-monitoring = Monitoring
status-resolved = Resolved
status-scheduled = Scheduled
status-in_progress = In progress
status-verifying = Verifying
status-completed = Completed
status-cancelled = Cancelled
impact-none = No impact
impact-minor = Minor impact
impact-major = Major impact
impact-critical = Critical impact
draft = Draft
update = Update
updates = Updates
earlier-updates = Earlier updates
postmortem = Postmortem
published = Published
follow-ups = Follow-ups
began = Started
ended = Ended
lasted = Duration
planned = Planned
add-to-calendar = Add to calendar
planned-length = Expected duration
would-have-lasted = Planned duration
detected = Detected
posted = First update
posted-after = { $gap } after the start
posted-before = { $gap } before the recorded start
next-update = Next update
relapse-of = Recurrence of
relapses = Recurred as
affected = Affected
count-components = { $count ->
    [one] 1 component
   *[other] { $count } components
}
whole-time = throughout
as-planned = as planned
tags = Tags:
edit = Edit this report
edit-page = Edit this page
copy = Copy link
copied = Copied
copy-address = Copy
edited = Last edited
due = due
done = Done
done-on = Done on
not-done = Open

## The front page

open-incident = Open incident
running-maintenance = Maintenance in progress
coming-maintenance = Scheduled maintenance
components = Components
bars-legend = Each bar is one day; percentages cover the last { $days ->
    [one] day
   *[other] { $days } days
}.
group-affected = { $affected } of { $count } affected
filter = Find a component
filter-problems = Only problems
filter-mine = Only my components
filter-none = No components match.
mine-add = Add { $name } to my components
all-about = { $name }: details and history
more = { $count ->
    [one] +1 more
   *[other] +{ $count } more
}
past = Past 15 days
quiet = No incidents reported
all-history = Full history

## Days and figures

percent = { $percent }%
bars-downtime = Downtime, from short to long
no-data = no data
bars-no-data = { $name }: no data
bars-fine = { $name }: { $percent }% uptime, no incidents in { $days }
bars-trouble = { $name }: { $percent }% uptime in { $days }, incidents on { $which }
bars-days = { $count ->
    [one] one day
   *[other] { $count } days
}
bars-which = { $count ->
    [one] one of them, { $last }
   *[other] { $count } of them, the last { $last }
}
last-days = Past { $days ->
    [one] day
   *[other] { $days } days
}
days-ago = { $days ->
    [one] 1 day
   *[other] { $days } days
} ago
today = Today
range = Days shown
days-head = { $days } days
days-with-trouble = Days with incidents or maintenance
day-head = Day
downtime-head = Duration
report-head = Report
recorded = Recorded downtime, no report
means = Average of this group’s components.
day-fine = No incidents

## History

by-month = By month
by-year = By year
by-component = By component
by-tag = By tag
more-tags = { $count ->
    [one] 1 more tag
   *[other] { $count } more tags
}
tags-title = Tags
tag-title = Tag: { $tag }
list-year = { $title }, { $year }
postmortems = Postmortems
all-of-month = All { $count } reports of { $month }
count-reports = { $count ->
    [one] 1 report
   *[other] { $count } reports
}
reports = Reports
nothing-yet = No incidents reported so far.
count-incidents = { $count ->
    [one] 1 incident
   *[other] { $count } incidents
}
count-maintenances = { $count ->
    [one] 1 maintenance
   *[other] { $count } maintenances
}

## The search in the history

find = Search
find-help = Words in titles and updates
find-any = All
find-open = Search and filter
find-clear = Clear
find-more = Show more
find-none = No reports match.
find-some = { $count ->
    [one] 1 report matches.
   *[other] { $count } reports match.
}
find-first = { $count ->
    [one] The most recent report that matches.
   *[other] The { $count } most recent reports that match.
}
find-failed = The search is not available. Check your connection and try again.
impact = Impact
kind = Kind
tag = Tag

## Components, groups and uptime

incidents = Incidents
between = Mean time between incidents
resolve = Mean time to resolve
year-head = Year
since = Tracked since { $day }
retired = Retired on { $day }
state-retired = Retired
begins = In service from { $day }
state-to-come = Not in service yet
retired-members = Retired:
component-head = Component
state-head = State
when-head = When
length-head = Duration
uptime-by-month = Uptime by month, in percent
uptime-intro = How much of the time each component was available. Percentages are cut to two decimals, never rounded up.
uptime-year = Uptime in { $year }
uptime-counted = From { $first } to { $last }. Days are in the { $zone } time zone.
uptime-formula = 100 − ({ $partial } × partial + { $major } × major + { $degraded } × degraded + { $maintenance } × maintenance) ÷ (86,400 × days)
uptime-cut = In percent; outages in seconds. Percentages are cut to two decimals, never rounded up. Overlapping outages count once, as the worst state.
uptime-csv = Download outages (CSV)
uptime-totals-csv = Download totals (CSV)
this-month = This month
this-quarter = This quarter
months-head = { $months ->
    [one] 1 month
   *[other] { $months } months
}
target = Target { $percent }%
target-left = { $length } left this month
target-over = { $length } over this month
target-none = No downtime left this month
target-site = Monthly target: { $percent }%.
target-missed = target missed
target-legend = Underlined months missed their target.
target-left-legend = Below each name: how much downtime the target still allows this month.
trace-days = { $days ->
    [one] 1 day
   *[other] { $days } days
}
windows-of = Downtime of { $name }

## Other pages

not-found = Page not found
not-found-help = It may have moved. Try one of these pages:
not-found-home = Current status
moved = This page has moved:

## Feeds and calendars

feed-planned = Planned for { $when }
feed-cancelled = Cancelled; was planned for { $when }
feed-components = Components: { $names }
and-more = and { $count } more
feed-state = { $name }: { $state }
badge-uptime = { $name } uptime
close = Close
feed-update-title = { $status }: { $title }

## The page on subscribing

subscribe-title = Stay informed
subscribe-intro = Get updates on incidents and maintenance. No account needed, no data collected.
subscribe-intro-form = Get updates on incidents and maintenance.
subscribe-email = By e-mail
subscribe-email-address = E-mail address
subscribe-email-to = Your address is sent to { $host }.
subscribe-service = By e-mail and other ways
subscribe-reader = In a feed reader
subscribe-reader-help = One entry per incident or maintenance, which changes with each update. Paste one of these addresses into your feed reader.
subscribe-chat = In a chat
subscribe-updates-help = One entry per update, for bots that post every update.
subscribe-slack = Slack: send this message in a channel that has the RSS app.
subscribe-teams = Microsoft Teams: in Workflows, start with “When a feed item is published” and paste the RSS address.
subscribe-mail = E-mail: paste the RSS address into any service that sends feeds by e-mail.
subscribe-calendar = Calendar
subscribe-calendar-help = Scheduled maintenance as a calendar. An entry changes when its maintenance is moved or cancelled.
subscribe-open = Subscribe
subscribe-parts = One component
subscribe-parts-help = Follow only what you use.
subscribe-choose = Choose a component
subscribe-all-parts = All components
subscribe-feeds = Feeds
subscribe-own = On your own site
subscribe-own-help = Show the current status on your own site: as a status line, in a frame, or as a badge.
subscribe-api = Statuspage-compatible API (v2):

## Texts

task-done = Done
task-open = To do
table = Table
heading-link = Link to this section
note = Note
note-back = Back to the text
# Titles of alerts in Markdown, as in `> [!NOTE]`.
alert-note = Note
alert-tip = Tip
alert-important = Important
alert-warning = Warning
alert-caution = Caution

## When a page is read after its build. Scripts use these; a plural form for an exact number counts for 0, 1 and 2.

own = { $time } your time
own-day = { $day }, { $clock }
moment = less than a minute
ago = { $length } ago
ahead = in { $length }
ends = Ends in { $length }
ongoing = Ongoing for { $length }
late = { $length } overdue
stale = This page was last updated { $length } ago. The status may have changed since then.
status-unknown = Status unknown
unknown = Status unknown: last confirmed { $length } ago
last-known = Last known:
latest = Latest version · last change
days-unseen = No data
unchecked = Could not check for updates since { $time } your time, { $length } ago.
newer = A newer version of this page is available.
newer-show = Show it
newer-shown = The page was updated.
changed = { $name }: { $state }

## Times

time = { $day }, { $clock } { $zone }
time-clock = { $clock } { $zone }
clock = { $hour }:{ $minute }
clock-seconds = { $hour }:{ $minute }:{ $second }
day = { $day } { $month } { $year }
planned-day = { $weekday }, { $day }
day-of-year = { $day } { $month }
days = { $first } – { $last }
month = { $month } { $year }
span = { $from } – { $to }
span-one-day = { $day }, { $from } – { $to } { $zone }
span-open = Since { $from }
length-days = { $count ->
    [one] 1 day
   *[other] { $count } days
}
length-hours = { $count ->
    [one] 1 hour
   *[other] { $count } hours
}
length-minutes = { $count ->
    [one] 1 minute
   *[other] { $count } minutes
}
length-seconds = { $count ->
    [one] 1 second
   *[other] { $count } seconds
}
length-join = { $long } { $short }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
month-short-1 = Jan
month-short-2 = Feb
month-short-3 = Mar
month-short-4 = Apr
month-short-5 = May
month-short-6 = Jun
month-short-7 = Jul
month-short-8 = Aug
month-short-9 = Sep
month-short-10 = Oct
month-short-11 = Nov
month-short-12 = Dec
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
weekday-short-1 = Mo
weekday-short-2 = Tu
weekday-short-3 = We
weekday-short-4 = Th
weekday-short-5 = Fr
weekday-short-6 = Sa
weekday-short-7 = Su
