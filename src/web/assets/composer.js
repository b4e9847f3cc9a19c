// Where the customer writes: a field that grows, files with their names, Enter to send.
import { element } from './line.js';
import { sizeOf, words } from './words.js';

const FILES = 5;
const FILE_BYTES = 10 * 1024 * 1024;
const DRAFT = 'pasokh.draft';

/** Calls `send({ text, files })`; `refuse(sentence)` shows why something cannot be sent. */
export function composer({ send, refuse }) {
  const form = document.getElementById('composer');
  const text = document.getElementById('text');
  const picker = document.getElementById('files');
  const list = document.getElementById('chosen');
  let files = [];

  const grow = () => {
    text.style.height = 'auto';
    text.style.height = `${Math.min(text.scrollHeight, 200)}px`;
    form.classList.toggle('ready', text.value.trim() !== '' || files.length > 0);
  };

  const show = () => {
    list.replaceChildren(
      ...files.map((file, index) => {
        const remove = element('button', { type: 'button', class: 'remove', 'aria-label': `${words.remove}: ${file.name}` }, '×');
        remove.addEventListener('click', () => {
          files.splice(index, 1);
          show();
          text.focus();
        });
        const size = element('span', { class: 'file-size' }, sizeOf(file.size));
        return element('li', {}, element('bdi', { class: 'file-name' }, file.name), ' ', size, remove);
      }),
    );
    list.hidden = files.length === 0;
    grow();
  };

  const add = (chosen) => {
    refuse('');
    for (const file of chosen) {
      if (file.size > FILE_BYTES) refuse(`${words.fileTooLarge} ${file.name}`);
      else if (files.length >= FILES) refuse(words.tooManyFiles);
      else files.push(file);
    }
    show();
  };

  picker.addEventListener('change', () => {
    add(picker.files);
    picker.value = '';
    text.focus();
  });
  text.addEventListener('paste', (event) => {
    if (event.clipboardData?.files.length) {
      event.preventDefault();
      add(event.clipboardData.files);
    }
  });
  form.addEventListener('dragover', (event) => event.preventDefault());
  form.addEventListener('drop', (event) => {
    event.preventDefault();
    add(event.dataTransfer.files);
  });

  text.addEventListener('input', () => {
    sessionStorage.setItem(DRAFT, text.value);
    grow();
  });
  text.addEventListener('keydown', (event) => {
    // While an input method composes, Enter belongs to it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (text.value.trim() === '' && files.length === 0) {
      text.focus();
      return;
    }
    refuse('');
    send({ text: text.value, files });
    text.value = '';
    files = [];
    sessionStorage.removeItem(DRAFT);
    show();
    text.focus();
  });

  text.value ||= sessionStorage.getItem(DRAFT) ?? '';
  show();
  // A keyboard that jumps up by itself hides the page on a phone.
  if (matchMedia('(hover: hover)').matches) text.focus();
}
