// One upload in the list, as it is shown and as screen readers announce it.

import { readable } from './words.js';

const list = document.getElementById('jobs');
const announced = document.getElementById('announced');

export class Row {
  constructor(given) {
    const name = readable(given);
    this.name = name;
    this.element = document.createElement('li');
    const title = document.createElement('strong');
    title.textContent = name;
    this.text = document.createElement('span');
    this.bar = document.createElement('progress');
    this.bar.setAttribute('aria-label', name);
    this.buttons = document.createElement('span');
    this.element.append(title, this.text, this.bar, this.buttons);
    list.prepend(this.element);
  }

  /** `share` is 0 to 1, or null while it is unknown. */
  show(text, share) {
    this.element.classList.remove('failed');
    this.bar.hidden = false;
    if (share === null) this.bar.removeAttribute('value');
    else this.bar.value = share;
    this.#announce(text);
  }

  fail(sentence) {
    this.element.classList.add('failed');
    this.bar.hidden = true;
    this.#announce(sentence);
  }

  /** Shows whether the status socket is open. */
  connected(isOpen) {
    this.element.classList.toggle('offline', !isOpen);
  }

  /** Replaces the row's buttons: `{label: action}`. */
  offer(actions) {
    const hadFocus = this.buttons.contains(document.activeElement);
    this.buttons.replaceChildren(...Object.entries(actions).map(([label, act]) => this.#button(label, act)));
    if (hadFocus) this.buttons.querySelector('button')?.focus();
  }

  remove() {
    const hadFocus = this.element.contains(document.activeElement);
    this.element.remove();
    if (hadFocus) document.getElementById('files').focus();
  }

  #button(label, act) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = label;
    button.setAttribute('aria-label', `${label}: ${this.name}`);
    button.onclick = act;
    return button;
  }

  // Screen readers announce each step, not each percent.
  #announce(text) {
    const step = text.replace(/[\d.,]+ (%|B|kB|MB|GB)( of)?/g, '').trim();
    if (step !== this.step) announced.textContent = `${this.name}: ${text}`;
    this.step = step;
    this.text.textContent = text;
  }
}
