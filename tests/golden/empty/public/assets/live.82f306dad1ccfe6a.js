import{addOwnTimes,copyOf,element,instants,length,main,say,source,write}from"./times.aedea8d80701cad5.js";const RECENT=2*86_400;export const built={main:source};export let known;export const know=(data=main.querySelector("#_known")?.textContent??"{}")=>{known=JSON.parse(data);};export const clock=()=>Math.floor((globalThis.allclearNow??Date.now())/1000);const readers=[moveOn,addOwnTimes,addDistances];export const read=()=>readers.forEach((reader)=>reader(Math.max(clock(),known.asOf??0)));export function each(reader){readers.push(reader);read();}
function eachMinute(){read();setTimeout(eachMinute,60_000-(Date.now()%60_000));}
function distance({dateTime,dataset},now){const[from,to]=[dateTime,dataset.to??dateTime].map((stamp)=>Date.parse(stamp)/1000);if(to>now)return from>now?say("ahead",{length:length(from-now)}):say("ends",{length:length(to-now)});const word="due"in dataset?"late":"open"in dataset?"ongoing":now-to<RECENT&&"ago";return word&&say(word,{length:length(now-to)});}
function addDistances(now){for(const time of instants()){const said=distance(time,now);if(said&&!time.distance){time.distance=element("span",{className:"own"});(time.nextElementSibling?.matches(".own")?time.nextElementSibling:time).after(time.distance);}
write(time.distance,said?` · ${said}`:"");}}
function moveOn(now){for(const it of main.querySelectorAll("template[data-from]")){if(it.dataset.from<=now&&!it.begun)it.after((it.begun=copyOf(it)));}
for(const it of main.querySelectorAll("[data-then]")){const then=it.dataset.then.split("|").findLast((entry)=>parseInt(entry)<=now);if(then)write(it,then.slice(then.indexOf(" ")+1));}
for(const it of main.querySelectorAll("[data-until]"))it.hidden=it.dataset.until<=now;}
know();eachMinute();document.addEventListener("visibilitychange",read);
