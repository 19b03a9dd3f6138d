// Numbers and names formatted for people.

const UNITS = ['B', 'kB', 'MB', 'GB'];

export function bytes(count) {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(count, 1)) / 3));
  return `${(count / 1000 ** power).toFixed(power && count / 1000 ** power < 100 ? 1 : 0)} ${UNITS[power]}`;
}

export function span(seconds) {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, index) => (index ? String(part).padStart(2, '0') : part)).join(':');
}

export const percent = (share) => `${Math.floor(share * 100)} %`;

// Controls, and marks that turn the direction of text around, by which 'harm\u202e4pm.exe' reads as 'harmexe.mp4'.
const UNSEEN = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** A file's name with a sign in the place of each character that would not be seen. */
export const readable = (name) => name.replace(UNSEEN, '\ufffd');

/** What a video is called where it is shown. */
export const nameOf = ({ title }) => (title ? readable(title) : 'Untitled');
