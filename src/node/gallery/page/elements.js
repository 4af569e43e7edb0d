/** Makes an element with properties or attributes, and children. No text is ever read as HTML. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.flat(2).filter((child) => child !== undefined));
  return made;
}

/** Makes an element of a drawing. */
export function shape(name, attributes = {}, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** A name that may break after a separator, and nowhere else. */
export function breakable(name) {
  return name.split(/(?<=[/_.-])/).flatMap((part, i) => (i === 0 ? [part] : [element('wbr'), part]));
}

/** As `breakable`, but as text, by characters that one does not see: for where each node counts. */
export function breakableText(name) {
  return name.replace(/[/_.-]/g, '$&\u200b');
}

/** The name of a picture or a class. Its direction of writing must not change the text around it. */
export function named(text) {
  return element('bdi', {}, breakable(text));
}

/** As `named`, but as text, by characters that one does not see: for where each node counts. */
export function isolated(text) {
  return `\u2068${text}\u2069`;
}

/** Moves the focus to a heading, without scrolling. */
export function focusHeading(heading) {
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
