const EVERY_MS=300_000;setInterval(()=>{if(!document.hidden)location.reload();},EVERY_MS);
