# Every word the theme says. A theme of your own may say them otherwise: themes/NAME/i18n/en.ftl needs to hold only what
# it changes. For another language, write them all in themes/NAME/i18n/LANGUAGE.ftl.

## The page's frame

skip = Skip to the content
nav = Site
history = History
uptime = Uptime
all-pages = All pages
as-of = As of
support = Need help?
zone = All times are those of { $zone }.
subscribe = Subscribe
feed-atom = Atom
feed-rss = RSS
feed-json = JSON
feed-title-atom = { $about } (Atom)
feed-title-rss = { $about } (RSS)
feed-title-json = { $about } (JSON)
scheme-auto = Colours: as the device
scheme-light = Colours: light
scheme-dark = Colours: dark
previous = Earlier
next = Later
beside = Earlier and later
contents = Contents

## Titles in the browser's tab and in search results

title-front = { $state } – { $site }
title-page = { $title } – { $site }
title-month = History of { $month }
title-year = { $name } in { $year }
title-moved = Page moved
description-history = Every incident and maintenance of { $site }, by month.
description-month = { $title }: every incident and maintenance of { $site } in that month.
description-uptime = How much of the time each component of { $site } worked, by month.
description-uptime-year = { $title }: the figures of { $site } and every window that made them.
description-component = { $title }: how it is, its uptime day by day, and every report about it.
description-component-year = { $title }: its uptime day by day, and every report about it.
description-group = { $title }: how its components are, their uptime, and every report about them.
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
postmortem = Postmortem
published = Published
follow-ups = Follow-ups
began = Began
ended = Ended
lasted = Lasted
planned = Planned
planned-length = Will last
would-have-lasted = Would have lasted
detected = Noticed
posted = First posted
posted-after = { $gap } after it began
posted-before = { $gap } before it began by our account
next-update = Next update by
relapse-of = Back again after
relapses = Came back as
affected = Affected
whole-time = the whole time
as-planned = as planned
tags = Tags:
edit = Edit this report
edit-page = Edit this page
copy = Copy link
copied = Copied
edited = Last edited
due = due
done = Done
done-on = Done on
not-done = Not done yet

## The front page

open-incident = Open incident
running-maintenance = Maintenance in progress
coming-maintenance = Planned maintenance
components = Components
bars-legend = A bar is a day. Figures are of the last { $days ->
    [one] day
   *[other] { $days } days
}.
all-about = All about { $name }
more = { $count ->
    [one] and one more component
   *[other] and { $count } more components
}
past = The last 15 days
quiet = Nothing to report
all-history = The whole history

## Days and figures

percent = { $percent }%
no-data = no data
bars-no-data = { $name }: no data
bars-fine = { $name }: { $percent }% uptime, no trouble in { $days }
bars-trouble = { $name }: { $percent }% uptime in { $days }, trouble on { $which }
bars-days = { $count ->
    [one] one day
   *[other] { $count } days
}
bars-which = { $count ->
    [one] one of them, { $last }
   *[other] { $count } of them, the last { $last }
}
last-days = The last { $days ->
    [one] day
   *[other] { $days } days
}
days-head = { $days } d
days-with-trouble = Days with trouble or maintenance
day-head = Day
downtime-head = For how long
report-head = Report
recorded = Recorded without a report
means = The means of its components.
day-fine = No trouble

## History

newest = Newest
by-month = By month
by-year = By year
reports = Reports
nothing-yet = Nothing has happened yet.
count-incidents = { $count ->
    [one] 1 incident
   *[other] { $count } incidents
}
count-maintenances = { $count ->
    [one] 1 maintenance
   *[other] { $count } maintenances
}

## Components, groups and uptime

incidents = Incidents
between = Mean time between incidents
resolve = Mean time to resolve
year-head = Year
since = Counted since { $day }
retired = Retired on { $day }
state-retired = Retired
begins = In service from { $day }
state-to-come = Not in service yet
retired-members = Retired:
component-head = Component
state-head = State
when-head = When
length-head = How long
uptime-by-month = Uptime by month, in percent
uptime-intro = How much of the time each component worked. Every figure is cut off after two decimals, never rounded up.
uptime-year = Uptime in { $year }
uptime-counted = Counted from { $first } to { $last }, in days of { $zone }.
uptime-formula = 100 − ({ $partial } × partial + { $major } × major + { $degraded } × degraded + { $maintenance } × maintenance) ÷ (86,400 × days)
uptime-cut = Percent; the states in seconds. Cut off after two decimals, never rounded up. Overlaps count once, as the worst state.
uptime-csv = Every window as CSV
trace-days = { $days ->
    [one] 1 day
   *[other] { $days } days
}
windows-of = Downtime of { $name }

## Other pages

not-found = There is no such page
not-found-help = It may have moved. These pages may have what you looked for:
not-found-home = How things are now
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
subscribe-intro = Follow incidents and maintenance where it suits you. No account is needed, and nothing is asked of you.
subscribe-service = By e-mail and other ways
subscribe-reader = In a feed reader
subscribe-reader-help = One entry for each incident or maintenance; it is updated with every word we say. Paste one of these addresses into your reader.
subscribe-chat = In a chat
subscribe-updates-help = One entry for each update, for bots that post every word as it comes.
subscribe-slack = Slack: with its RSS app, write this into a channel.
subscribe-teams = Microsoft Teams: in Workflows, begin with “When a feed item is published” and paste the RSS address.
subscribe-mail = E-mail: any service that turns a feed into messages takes the same address.
subscribe-calendar = Calendar
subscribe-calendar-help = Planned maintenance as a calendar. When it moves or is cancelled, your entry changes with it.
subscribe-open = Subscribe
subscribe-parts = One component
subscribe-parts-help = The same for what you use.
subscribe-feeds = Feeds
subscribe-own = On your own site
subscribe-own-help = A line that stays up to date, a frame without any script, or a badge.
subscribe-api = For programs, the API of Statuspage in its version 2:

## Texts

task-done = Done
task-open = To do
table = Table
note = Note
note-back = Back to the text
# Titles of alerts in Markdown, as in `> [!NOTE]`.
alert-note = Note
alert-tip = Tip
alert-important = Important
alert-warning = Warning
alert-caution = Caution

## When a page is read later than it was built. Scripts say these; a plural form for an exact number counts for 0, 1 and 2.

own = { $time } your time
own-day = { $day }, { $clock }
moment = less than a minute
ago = { $length } ago
ahead = in { $length }
ends = ends in { $length }
ongoing = ongoing for { $length }
late = this update is { $length } late
stale = This page was last brought up to date { $length } ago. Things may have changed since.
unchecked = No newer version could be looked for since { $time } your time, { $length } ago.
newer = There is a newer version of this page.
newer-show = Show it
newer-shown = The page has been brought up to date.
changed = { $name }: { $state }

## Times

time = { $day }, { $clock } { $zone }
time-clock = { $clock } { $zone }
clock = { $hour }:{ $minute }
clock-seconds = { $hour }:{ $minute }:{ $second }
day = { $day } { $month } { $year }
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
