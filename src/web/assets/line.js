// One line of the chat as elements, the same as the server's page has them.
// Whatever somebody wrote becomes a text node, never markup.
import { dayOf, language, sizeOf, timeOf, words } from './words.js';

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, '');
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

// Addresses, and codes that must not break at their hyphens; `words.rs` looks for the same.
const NOTABLE = /https?:\/\/[^\s<>"«»\u2066-\u2069\u200e\u200f]+|[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+/g;
// What ends a sentence does not belong to the address in it.
const ENDING = /[.,;:!?)\]}'،؛؟]+$/;

function notable(found) {
  if (!found.includes('://')) {
    return found.length <= 24 && /\d/.test(found) ? element('span', { class: 'code' }, found) : null;
  }
  const address = found.replace(ENDING, '');
  if (!/:\/\/./.test(address)) return null;
  return element('a', { href: address, target: '_blank', rel: 'noopener noreferrer nofollow' }, address);
}

function marked(text) {
  const pieces = [];
  let done = 0;
  for (const found of text.matchAll(NOTABLE)) {
    const piece = notable(found[0]);
    if (!piece) continue;
    pieces.push(text.slice(done, found.index), piece);
    done = found.index + piece.textContent.length;
  }
  return [...pieces, text.slice(done)];
}

function file(attachment) {
  const { url, name, size } = attachment;
  const shown = ['image/png', 'image/jpeg', 'image/jpg', 'image/gif', 'image/webp'];
  if (url && shown.includes(attachment.media_type)) {
    const picture = element('img', { src: url, alt: name });
    return element('a', { class: 'picture', href: url, target: '_blank', rel: 'noopener' }, picture);
  }
  const parts = [element('bdi', { class: 'file-name' }, name), ' ', element('span', { class: 'file-size' }, sizeOf(size))];
  return url
    ? element('a', { class: 'file', href: url, download: name }, ...parts)
    : element('span', { class: 'file' }, ...parts);
}

function button({ label, press, url }) {
  if (press) return element('button', { class: 'button', name: 'press', value: press, dir: 'auto' }, label);
  if (!/^https?:\/\//.test(url ?? '')) return null;
  return element('a', { class: 'button', href: url, target: '_blank', rel: 'noopener noreferrer', dir: 'auto' }, label);
}

function buttons(rows) {
  if (!rows.length) return null;
  const made = rows.map((row) => element('div', { class: 'row' }, ...row.map(button)));
  return element('form', { class: 'buttons', method: 'post', action: '/chat/messages' }, ...made);
}

/** A line as it came from the server. */
export function line(said) {
  const direction = said.by === 'machine' ? (said.language === 'fa' ? 'rtl' : 'ltr') : 'auto';
  const who = said.by === 'staff' ? said.name : words[said.by === 'machine' ? 'machine' : 'you'];
  const text = said.by === 'customer' ? [said.text] : marked(said.text);
  return element(
    'li',
    { class: `line ${said.by}`, 'data-number': said.number, 'data-message': said.message },
    element('p', { class: said.by === 'customer' ? 'who hidden-word' : 'who', dir: 'auto' }, who),
    element(
      'div',
      { class: 'bubble', lang: said.language, dir: direction },
      said.text ? element('p', { class: 'text' }, ...text) : null,
      ...said.attachments.map(file),
    ),
    buttons(said.buttons),
    element('p', { class: 'meta' }, element('time', { datetime: said.at })),
  );
}

/** A line that is on its way: its state is told below it. */
export function pending({ text, files }) {
  const state = element('span', { class: 'state', role: 'status' }, words.sending);
  const own = files.map(({ name, type, size }) => file({ name, media_type: type, size, url: null }));
  const made = element(
    'li',
    { class: 'line customer pending' },
    element('p', { class: 'who hidden-word' }, words.you),
    element('div', { class: 'bubble', dir: 'auto', lang: language }, text ? element('p', { class: 'text' }, text) : null, ...own),
    element('p', { class: 'meta' }, state),
  );
  return { element: made, state };
}

/** Times in the reader's zone and digits, and a word for each day. */
export function arrange(log) {
  for (const divider of log.querySelectorAll('.day')) divider.remove();
  let before = null;
  for (const time of log.querySelectorAll('time')) {
    const at = new Date(time.dateTime);
    time.textContent = timeOf(at);
    const day = dayOf(at);
    if (day !== before) {
      time.closest('.line').before(element('li', { class: 'day', 'aria-hidden': 'true' }, element('span', {}, day)));
    }
    before = day;
  }
}
