const DAY = 86_400;
const WHOLE_DAY = 8_640_000;
const SLOT = [-1, 3, 0, 1, 2];
const WORST_FIRST = [2, 1, 0, 3];
const sum = (numbers) => numbers.reduce((all, number) => all + number, 0);
export function dayOf({ zone }, at) {
return Math.floor((at + zone.findLast(([from]) => from <= at)[1]) / DAY);
}
function startOf({ zone }, day) {
const starts = zone.map(([from, offset], place) => [Math.max(from, day * DAY - offset), zone[place + 1]?.[0] ?? Infinity]);
return starts.find(([start, end]) => start < end)[0];
}
const livesOn = ({ since, retired }, day) => !(day < since) && !(day >= retired);
export function stateOf(data, part, at) {
if (!livesOn(part, dayOf(data, at))) return undefined;
return part.windows?.find(([from, to]) => from <= at && (!to || at < to))?.[2] ?? 0;
}
export function overallOf(states) {
const worst = Math.max(0, ...states);
if (worst < 4) return ["operational", "maintenance", "degraded", "minor"][worst];
return states.filter((state) => state === 4).length * 2 > states.length ? "critical" : "major";
}
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
export function meanOf(members) {
return members[0].map((_, place) => {
const living = members.map((days) => days[place]).filter(Boolean);
return living.length ? WORST_FIRST.map((_, slot) => Math.floor(sum(living.map((day) => day[slot])) / living.length)) : null;
});
}
const weightOf = ({ weights }, day) => sum(day.map((seconds, slot) => seconds * weights[slot]));
export function levelOf(data, day) {
const weight = day && weightOf(data, day);
if (!weight) return day ? 0 : "n";
return 1 + data.starts.filter((start) => start * 100 <= weight).length;
}
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
