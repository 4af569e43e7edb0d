// The script of the page: it enlarges feature maps, fetches sprite sheets when they are needed, and marks the current layer.
(() => {
  const LARGE = 136;
  const DRAWN = 1;
  const ZERO = 2;

  const { ids, labels, layers } = JSON.parse(document.getElementById('gallery-data').textContent);
  const dialog = document.querySelector('dialog');
  const heading = dialog.querySelector('h2');
  const pairs = dialog.querySelector('.pairs');
  const [previous, next, close] = dialog.querySelectorAll('button');
  let layer = 0;
  let index = 0;

  const faceOf = (l, i) => document.querySelector(`[data-layer="${l}"] [data-map="${i}"]`);

  /** Makes an element with text and children. No text is ever read as HTML. */
  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  function number(value) {
    const size = Math.abs(value);
    if (size >= 999.5) return String(Math.round(value));
    return size === 0 || size >= 1e-4 ? value.toPrecision(3) : value.toExponential(2);
  }

  /** A position in the feature map: "at row 3, column 5"; empty for a dense unit. */
  function place(position) {
    if (position.length === 0) return '';
    if (position.length === 2) return `at row ${position[0]}, column ${position[1]}`;
    return `at ${position.join(', ')}`;
  }

  /** Shows a tile of a sprite sheet, as a crop that scales with the element's width. */
  function crop({ tile, smooth, sheets }, sheet, x, y, label) {
    const [file, width, height] = sheets[sheet];
    const share = (offset, whole, part) => (whole === part ? 0 : (100 * offset) / (whole - part));
    const made = element('span', { className: smooth ? 'tile drawn' : 'tile drawn crisp' });
    made.setAttribute('role', 'img');
    made.setAttribute('aria-label', label);
    made.style.backgroundImage = `url("${file}")`;
    made.style.backgroundSize = `${(100 * width) / tile[0]}% ${(100 * height) / tile[1]}%`;
    made.style.backgroundPosition = `${share(x, width, tile[0])}% ${share(y, height, tile[1])}%`;
    return made;
  }

  function pair(at, [, , sheet, x, y], [id, label, activation, probability, position, projection, kept], rank) {
    const name = ids[id];
    const [px, py] = at.projections[rank];
    const [qx, qy] = at.patches[rank];
    const left =
      projection === DRAWN
        ? crop(at, sheet, x + px, y + py, `projection of ${name}`)
        : projection === ZERO
          ? element('span', { className: 'tile zero' }, 'all zero')
          : element('span', { className: 'tile' }, 'not made');
    const right = kept
      ? crop(at, sheet, x + qx, y + qy, `patch of ${name}`)
      : element('span', { className: 'tile' }, 'not kept');
    const value =
      probability === null
        ? `activation ${number(activation)}`
        : `logit ${number(activation)}, probability ${number(probability)}`;
    const words = element('p', {}, element('b', {}, element('bdi', {}, name)));
    if (label >= 0) words.append(' · ', element('bdi', {}, labels[label]));
    words.append(element('br', {}), value, ' ', place(position));
    return element('li', {}, element('div', { className: 'pair' }, left, right), words);
  }

  function show(l, i) {
    layer = l;
    index = i;
    const at = layers[l];
    const map = at.maps[i];
    const [width, height] = at.tile;
    const side = Math.max(width, height);
    const scale = at.smooth ? LARGE / side : Math.max(1, Math.round(LARGE / side));
    dialog.style.setProperty('--pair', `${Math.round(width * scale) * 2 + 6}px`);
    dialog.style.setProperty('--ratio', `${width} / ${height}`);
    heading.replaceChildren(`map ${map[0]}${map[1] ? ` · ${map[1]}` : ''}`, element('span', {}, ` of ${at.name}`));
    if (map[6]) heading.append(element('small', {}, map[6]));
    pairs.replaceChildren(...map[5].map((patch, rank) => pair(at, map, patch, rank)));
    // A disabled button would lose the focus, and then the arrow keys would not work.
    const focused = document.activeElement;
    previous.disabled = i === 0;
    next.disabled = i === at.maps.length - 1;
    if (focused?.disabled) (focused === previous ? next : previous).focus();
    if (document.activeElement?.disabled) close.focus();
    dialog.scrollTop = 0;
  }

  function step(by) {
    if (layers[layer].maps[index + by]) show(layer, index + by);
  }

  document.addEventListener('click', ({ target }) => {
    const face = target.closest?.('[data-map]');
    if (!face) return;
    show(Number(face.closest('[data-layer]').dataset.layer), Number(face.dataset.map));
    dialog.showModal();
  });
  previous.addEventListener('click', () => step(-1));
  next.addEventListener('click', () => step(1));
  close.addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog) dialog.close();
  });
  dialog.addEventListener('keydown', (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    step(by);
  });
  // The focus goes to the feature map that was enlarged last, so that the reader continues there.
  dialog.addEventListener('close', () => faceOf(layer, index)?.focus());

  const near = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        target.classList.add('near');
        near.unobserve(target);
      }
    },
    { rootMargin: '800px' },
  );
  for (const item of document.querySelectorAll('.maps > li')) near.observe(item);
  // All sheets are fetched before printing, because faces do not come near the screen then.
  addEventListener('beforeprint', () => {
    for (const item of document.querySelectorAll('.maps > li')) item.classList.add('near');
  });

  const links = new Map();
  for (const link of document.querySelectorAll('nav a')) links.set(link.hash.slice(1), link);
  const current = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        for (const link of links.values()) link.removeAttribute('aria-current');
        links.get(target.id)?.setAttribute('aria-current', 'true');
      }
    },
    { rootMargin: '-20% 0px -79% 0px' },
  );
  for (const section of document.querySelectorAll('main section')) current.observe(section);
})();
