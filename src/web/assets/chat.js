// The live chat: takes over the page that the server made, sends without
// waiting, and shows what is said. Works with the same form and the same
// history as the page without scripts.
import { composer } from './composer.js';
import { follow } from './follow.js';
import { arrange, element, line, pending } from './line.js';
import { language, words } from './words.js';

const UNSENT = 'pasokh.unsent';
const log = document.getElementById('log');
const scroll = document.getElementById('scroll');
const newest = document.getElementById('newest');
const banner = document.getElementById('banner');
const refusal = document.getElementById('refusal');
const typing = document.getElementById('typing');
const title = document.title;

const known = new Set([...log.querySelectorAll('[data-number]')].map((item) => Number(item.dataset.number)));
let last = Math.max(0, ...known);
let unread = 0;
// Messages on their way, by nonce.
const outgoing = new Map();

function toEnd(smooth = false) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  scroll.scrollTo({ top: scroll.scrollHeight, behavior: smooth && !calm ? 'smooth' : 'instant' });
}
const nearEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;

function refuse(sentence) {
  refusal.textContent = sentence;
  refusal.hidden = sentence === '';
}

function think(on) {
  clearTimeout(think.timer);
  typing.hidden = !on;
  // A message that only people answer gets no machine's words: do not pretend for long.
  if (on) think.timer = setTimeout(() => think(false), 8000);
}

// ---- what is said -------------------------------------------------------

function take(lines) {
  const fresh = lines.filter((said) => !known.has(said.number));
  if (!fresh.length) return;
  const stay = nearEnd();
  for (const said of fresh) {
    known.add(said.number);
    last = Math.max(last, said.number);
    if (said.by === 'customer') arrived(said);
    else think(false);
    // What is still on its way stays below what was said.
    const waiting = log.querySelector('.pending');
    if (waiting) waiting.before(line(said));
    else log.append(line(said));
  }
  arrange(log);
  const heard = fresh.filter((said) => said.by !== 'customer').length;
  if (document.hidden && heard) {
    unread += heard;
    document.title = `(${unread}) ${title}`;
  }
  if (stay) toEnd(true);
  else if (heard) newest.hidden = false;
}

/** A line of ours has come back: it is no longer on its way. */
function arrived(said) {
  for (const [nonce, message] of outgoing) {
    const same = message.number === said.message || (message.number === null && message.text === said.text);
    if (!same) continue;
    forget(nonce);
    return;
  }
}

// ---- what is sent -------------------------------------------------------

function fresh() {
  // crypto.randomUUID is missing where the page is served without TLS.
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function send({ text, files = [], press = null, nonce = fresh() }) {
  const shown = pending({ text, files });
  outgoing.set(nonce, { nonce, text, files, press, shown, number: null, failed: false });
  log.append(shown.element);
  toEnd(true);
  remember();
  enqueue(nonce);
}

// One after the other, so that messages arrive in the order in which they were written.
let queue = Promise.resolve();
function enqueue(nonce) {
  queue = queue.then(() => attempt(outgoing.get(nonce)));
}

async function attempt(message) {
  if (!message) return;
  mark(message, 'sending');
  const { text, files, press, nonce } = message;
  const request = { method: 'POST', headers: { Accept: 'application/json' } };
  if (files.length) {
    const form = new FormData();
    for (const [key, value] of Object.entries({ text, nonce, language })) form.set(key, value);
    for (const file of files) form.append('files', file, file.name);
    request.body = form;
  } else {
    request.headers['Content-Type'] = 'application/json';
    request.body = JSON.stringify({ text, nonce, press, language });
  }
  try {
    request.signal = AbortSignal.timeout(files.length ? 180000 : 20000);
    const answer = await fetch('/chat/messages', request);
    const content = await answer.json();
    if (!answer.ok) {
      const lasting = answer.status < 500 && answer.status !== 429;
      mark(message, lasting ? 'refused' : 'failed', content.message?.[language]);
      return;
    }
    message.number = content.message;
    mark(message, 'sent');
    // Its line may have come before this answer.
    if (log.querySelector(`[data-message="${message.number}"]`)) forget(nonce);
    else think(true);
    remember();
  } catch {
    mark(message, 'failed');
  }
}

function mark(message, state, sentence = null) {
  const { shown, nonce } = message;
  message.failed = state === 'failed';
  shown.element.classList.toggle('failed', state === 'failed' || state === 'refused');
  if (state === 'sending' || state === 'sent') {
    shown.state.replaceChildren(words[state]);
    return;
  }
  const discard = element('button', { type: 'button', class: 'quiet' }, words.discard);
  discard.addEventListener('click', () => forget(nonce));
  const again = element('button', { type: 'button', class: 'quiet' }, words.again);
  again.addEventListener('click', () => enqueue(nonce));
  shown.state.replaceChildren(sentence ?? words.failed, ' ', ...(state === 'failed' ? [again, ' '] : []), discard);
  toEnd();
}

function forget(nonce) {
  outgoing.get(nonce)?.shown.element.remove();
  outgoing.delete(nonce);
  remember();
}

/** Texts that are not yet safe on the server survive a reload of this tab. */
function remember() {
  const unsent = [...outgoing.values()].filter((message) => message.number === null && !message.files.length);
  sessionStorage.setItem(UNSENT, JSON.stringify(unsent.map(({ nonce, text, press }) => ({ nonce, text, press }))));
}

// ---- the page -----------------------------------------------------------

let connected = true;
function tell(now) {
  if (now === connected) return;
  connected = now;
  banner.hidden = false;
  banner.classList.toggle('fine', now);
  banner.textContent = now ? words.back : words.lost;
  if (!now) return;
  setTimeout(() => (banner.hidden = connected), 2500);
  for (const message of outgoing.values()) if (message.failed) enqueue(message.nonce);
}

log.addEventListener('submit', (event) => {
  event.preventDefault();
  const pressed = event.submitter;
  if (!pressed?.value) return;
  for (const button of event.target.querySelectorAll('button')) button.disabled = true;
  pressed.classList.add('pressed');
  pressed.setAttribute('aria-pressed', 'true');
  send({ text: pressed.textContent, press: pressed.value });
});
log.addEventListener('load', () => nearEnd() && toEnd(), true);
scroll.addEventListener('scroll', () => nearEnd() && (newest.hidden = true), { passive: true });
newest.addEventListener('click', () => toEnd(true));
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  unread = 0;
  document.title = title;
});

document.documentElement.classList.add('scripted');
arrange(log);
composer({ send, refuse });
const unsent = JSON.parse(sessionStorage.getItem(UNSENT) ?? '[]');
for (const message of unsent) send(message);
toEnd();
new ResizeObserver(() => toEnd()).observe(document.getElementById('composer'));
follow({ after: () => last, take, tell });
