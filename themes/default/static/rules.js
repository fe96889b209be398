// What is true of components at an instant, by the same rules as the site's builder; shared test vectors hold both to them.
//
// Instants are seconds since 1970, days are counted from 1970-01-01, states go from 0 (operational) to 4 (major outage). A
// day is its seconds in [degraded, partial, major, maintenance], or null without data.

const DAY = 86_400;
const WHOLE_DAY = 8_640_000;
/** The place of a state's seconds in a day. */
const SLOT = [-1, 3, 0, 1, 2];
const WORST_FIRST = [2, 1, 0, 3];

const sum = (numbers) => numbers.reduce((all, number) => all + number, 0);

/** The site's day at `at`. */
export function dayOf({ zone }, at) {
  return Math.floor((at + zone.findLast(([from]) => from <= at)[1]) / DAY);
}

/** The first instant at which the site's calendar shows `day` or a later one. */
function startOf({ zone }, day) {
  const starts = zone.map(([from, offset], place) => [Math.max(from, day * DAY - offset), zone[place + 1]?.[0] ?? Infinity]);
  return starts.find(([start, end]) => start < end)[0];
}

const livesOn = ({ since, retired }, day) => !(day < since) && !(day >= retired);

/** A component's state, none when it does not exist then. */
export function stateOf(data, part, at) {
  if (!livesOn(part, dayOf(data, at))) return undefined;
  return part.windows?.find(([from, to]) => from <= at && (!to || at < to))?.[2] ?? 0;
}

/** The whole service's state, from those of the components that exist. */
export function overallOf(states) {
  const worst = Math.max(0, ...states);
  if (worst < 4) return ["operational", "maintenance", "degraded", "minor"][worst];
  return states.filter((state) => state === 4).length * 2 > states.length ? "critical" : "major";
}

/** The days of a bar that are written as `PLACE:SECONDS` and `FROM-TO:-`; those left out are fine. */
export function readDays(text, count) {
  const days = Array(count).fill([0, 0, 0, 0]);
  for (const entry of text.split(" ").filter(Boolean)) {
    const [places, seconds] = entry.split(":");
    const [first, last = first] = places.split("-").map(Number);
    days.fill(seconds === "-" ? null : seconds.split(",").map(Number), first, last + 1);
  }
  return days;
}

export function writeDays(days) {
  const entries = [];
  days.forEach((day, place) => {
    if (day?.some(Boolean)) entries.push(`${place}:${day}`);
    if (day) return;
    const first = place && !days[place - 1] ? entries.pop().split(/[-:]/)[0] : place;
    entries.push(first === place ? `${place}:-` : `${first}-${place}:-`);
  });
  return entries.join(" ");
}

/** A component's days up to that of `at`, whose seconds so far are counted. `past` are those of the page as built. */
export function daysOf(data, part, past, at) {
  const days = past.slice(0, -1);
  for (let day = data.today; day <= dayOf(data, at); day++) days.push(secondsOn(data, part, day, at));
  return days.slice(-data.count);
}

function secondsOn(data, part, day, at) {
  if (!livesOn(part, day)) return null;
  const [start, end] = [startOf(data, day), startOf(data, day + 1)];
  const seconds = [0, 0, 0, 0];
  for (const [from, to, state] of part.windows ?? []) {
    seconds[SLOT[state]] += Math.max(0, Math.min(to || at, end, at) - Math.max(from, start));
  }
  if (day === data.today && part.recorded) {
    for (const slot of WORST_FIRST) seconds[slot] += Math.min(part.recorded[slot], end - start - sum(seconds));
  }
  return seconds;
}

/** A group's days: the means of its members', rounded down. */
export function meanOf(members) {
  return members[0].map((_, place) => {
    const living = members.map((days) => days[place]).filter(Boolean);
    return living.length ? WORST_FIRST.map((_, slot) => Math.floor(sum(living.map((day) => day[slot])) / living.length)) : null;
  });
}

const weightOf = ({ weights }, day) => sum(day.map((seconds, slot) => seconds * weights[slot]));

/** The class of a day: `n` without data, else from 0 (no downtime) to 9 (an hour and more). */
export function levelOf(data, day) {
  const weight = day && weightOf(data, day);
  if (!weight) return day ? 0 : "n";
  return 1 + data.starts.filter((start) => start * 100 <= weight).length;
}

/** The exact mean of components' figures as `99.98`, rounded down; none without a day of data. */
export function percentOf(data, components) {
  const figures = components.map((days) => days.filter(Boolean)).filter((days) => days.length);
  if (!figures.length) return undefined;
  const whole = [...new Set(figures.map((days) => BigInt(days.length)))].reduce((all, count) => all * count);
  let lost = 0n;
  for (const days of figures) {
    const weight = Math.min(sum(days.map((day) => weightOf(data, day))), WHOLE_DAY * days.length);
    lost += BigInt(weight) * (whole / BigInt(days.length));
  }
  const hundredth = BigInt(WHOLE_DAY / 10_000) * whole * BigInt(figures.length);
  const shown = 10_000n - (lost + hundredth - 1n) / hundredth;
  return String(shown).padStart(3, "0").replace(/..$/, ".$&");
}

/** The lines of a bar, one path a level. */
export function pathsOf(data, days) {
  const levels = days.map((day) => levelOf(data, day));
  return [...new Set(levels)].sort().map((level) => {
    const rise = 96 - data.tops[level === "n" ? 10 : level];
    let last;
    const lines = levels.map((it, place) => {
      if (it !== level) return "";
      const move = last === undefined ? `M${place * 10 + 5} 96` : `m${(place - last) * 10} ${rise}`;
      last = place;
      return `${move}v-${rise}`;
    });
    return { level, d: lines.join("") };
  });
}
