// Words that only the script needs; the rest is in the page already.
const all = {
  fa: {
    you: 'شما',
    machine: 'پاسخ خودکار',
    sending: 'در حال ارسال…',
    sent: 'فرستاده شد',
    failed: 'فرستاده نشد',
    again: 'دوباره',
    discard: 'حذف',
    lost: 'ارتباط قطع شد؛ دوباره وصل می‌شویم…',
    back: 'ارتباط دوباره برقرار شد.',
    remove: 'برداشتن',
    tooManyFiles: 'با هر پیام حداکثر ۵ فایل می‌توانید بفرستید.',
    fileTooLarge: 'هر فایل حداکثر ۱۰ مگابایت باشد:',
    kilobytes: 'کیلوبایت',
    megabytes: 'مگابایت',
    today: 'امروز',
    yesterday: 'دیروز',
  },
  en: {
    you: 'You',
    machine: 'Automatic answer',
    sending: 'Sending…',
    sent: 'Sent',
    failed: 'Not sent',
    again: 'Try again',
    discard: 'Discard',
    lost: 'The connection is lost; trying again…',
    back: 'Connected again.',
    remove: 'Remove',
    tooManyFiles: 'You can send at most 5 files with one message.',
    fileTooLarge: 'Each file may have up to 10 MB:',
    kilobytes: 'KB',
    megabytes: 'MB',
    today: 'Today',
    yesterday: 'Yesterday',
  },
};

export const language = document.documentElement.lang === 'en' ? 'en' : 'fa';
export const words = all[language];

// Persian dates follow the Persian calendar and digits by themselves.
const locale = language === 'fa' ? 'fa-IR' : navigator.language.startsWith('en') ? navigator.language : 'en-GB';
const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const calendar = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });

export const timeOf = (date) => clock.format(date);

export function dayOf(date) {
  const days = (when) => Math.floor((when.getTime() - when.getTimezoneOffset() * 60000) / 86400000);
  const ago = days(new Date()) - days(date);
  if (ago === 0) return words.today;
  if (ago === 1) return words.yesterday;
  return calendar.format(date);
}

export function sizeOf(bytes) {
  const kilobytes = Math.ceil(bytes / 1024);
  const number = new Intl.NumberFormat(locale, { useGrouping: false });
  return kilobytes < 1024
    ? `${number.format(kilobytes)} ${words.kilobytes}`
    : `${number.format(Math.ceil(kilobytes / 1024))} ${words.megabytes}`;
}
