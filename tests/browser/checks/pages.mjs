// What a page does in a browser: what it says on the console, asks for, overflows, hides without JavaScript.

import { elementsOf, policyOf } from './document.mjs';
import { WIDTHS } from '../chromium.mjs';

const STRICT_SOURCE = /^('self'|'none'|'sha(256|384|512)-[A-Za-z0-9+/=]+')$/;

/** Why the page's policy is not a strict one: absent, after what it should govern, or with loose sources. */
export function policyProblems(html) {
  const policy = policyOf(html);
  if (!policy) return ['states no Content-Security-Policy'];
  const problems = [];
  if (policyComesLate(html)) problems.push('states its policy after what it governs');
  if (!["'none'", "'self'"].includes(policy.get('default-src')?.join(' '))) {
    problems.push("default-src is neither 'none' nor 'self'");
  }
  for (const [directive, sources] of policy) {
    const loose = sources.filter((source) => isLoose(directive, source));
    if (loose.length > 0) problems.push(`${directive} allows ${loose.join(' ')}`);
  }
  return problems;
}

/**
 * Opens each address below the site's root and collects what goes wrong: answers but 200, console errors, exceptions,
 * violations of the policy, requests to another host (which are stopped) and failing ones, sideways scrolling.
 */
export async function openingProblems(browser, site, addresses) {
  const problems = [];
  const context = await browser.newContext({ at: site.at, viewport: { width: WIDTHS.desk, height: 900 } });
  let current = '';
  const report = (what) => problems.push(`${current || '/'}: ${what}`);
  await watch(context, site, report);
  const page = await context.newPage();
  for (const address of addresses) {
    current = address;
    await openOne(page, site, address, report);
  }
  await context.close();
  return problems;
}

/** What of a page's content, named by its address below the site's root, is not to be seen without JavaScript. */
export async function hiddenWithoutJavaScript(browser, site, addresses) {
  const problems = [];
  const context = await browser.newContext({ at: site.at, javaScriptEnabled: false });
  const page = await context.newPage();
  for (const address of addresses) {
    await page.goto(site.url + address);
    const hidden = await page.evaluate(findHiddenContent);
    problems.push(...hidden.map((what) => `${address || '/'}: ${what}`));
  }
  await context.close();
  return problems;
}

/** Images may be part of the page, and a form may lead to the service that sends the mails. */
function isLoose(directive, source) {
  const mayBeElsewhere = directive === 'form-action' || (directive === 'img-src' && source === 'data:');
  return !mayBeElsewhere && !STRICT_SOURCE.test(source);
}

function policyComesLate(html) {
  const elements = elementsOf(html);
  const isPolicy = ({ name, attributes }) => (
    name === 'meta' && attributes['http-equiv']?.toLowerCase() === 'content-security-policy'
  );
  const governed = elements.findIndex(({ name }) => ['script', 'style', 'link', 'base'].includes(name));
  return governed !== -1 && governed < elements.findIndex(isPolicy);
}

async function watch(context, site, report) {
  await context.addInitScript(() => {
    globalThis.violations = [];
    addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
      globalThis.violations.push(`${effectiveDirective} ${blockedURI}`);
    });
  });
  await context.route((url) => url.origin !== site.origin && url.protocol !== 'data:', (route) => {
    report(`asks another host for ${route.request().url()}`);
    return route.abort();
  });
  context.on('weberror', (failure) => report(`throws: ${failure.error()}`));
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) report(`console ${message.type()}: ${message.text()}`);
  });
}

async function openOne(page, site, address, report) {
  const response = await page.goto(site.url + address, { waitUntil: 'load' });
  if (response.status() !== 200) report(`answers ${response.status()}`);
  for (const [name, width] of Object.entries(WIDTHS)) {
    await page.setViewportSize({ width, height: 900 });
    const wide = await page.evaluate(findOverflow);
    if (wide) report(`scrolls sideways on a ${name}: ${wide}`);
  }
  const violations = await page.evaluate(settledViolations);
  for (const violation of violations) report(`violates the policy: ${violation}`);
}

// The functions below run in the page.

/** The violations of the policy so far, once the page has been drawn and its events have been delivered. */
function settledViolations() {
  return new Promise((settle) => {
    requestAnimationFrame(() => setTimeout(() => settle(globalThis.violations)));
  });
}

/** Names an innermost element that sticks out of the viewport, if the page scrolls sideways. */
function findOverflow() {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return undefined;
  const sticksOut = (element) => element.getBoundingClientRect().left + element.scrollWidth > clientWidth;
  const outside = [...document.body.querySelectorAll('*')].filter(sticksOut);
  const innermost = outside.find((element) => !outside.some((other) => other !== element && element.contains(other)));
  const name = innermost ? `${innermost.tagName.toLowerCase()}.${innermost.getAttribute('class') ?? ''}` : 'unknown';
  return `${scrollWidth} px of ${clientWidth}, at <${name}>`;
}

/** Describes text in the page's main part that is not shown, folded `<details>` aside; and a main part without text. */
function findHiddenContent() {
  const main = document.querySelector('main');
  if (!main?.innerText.trim()) return ['nothing in its main part'];
  const selector = 'h1, h2, h3, h4, p, li, td, th, time, pre';
  return [...main.querySelectorAll(selector)]
    .filter((element) => element.textContent.trim())
    .filter((element) => !element.closest('details:not([open])') && !element.checkVisibility())
    .map((element) => `hides <${element.tagName.toLowerCase()}> ${element.textContent.trim().slice(0, 60)}`);
}
