// What the script inside of a flame graph's SVG does: a click on a frame zooms to it, a search marks functions, Escape
// takes both back. It reads all that it needs from the drawn frames.

/** The script, as text that may stand in a CDATA section. */
export const script = `
(function () {
  'use strict';
  var LETTER = 7.3, MARGIN = 10;
  var svg = document.documentElement, says = document.getElementById('flame-says'), said = says.textContent;
  var inner = svg.viewBox.baseVal.width - 2 * MARGIN;
  var frames = Array.prototype.map.call(svg.querySelectorAll('.frame'), function (g) {
    var rect = g.querySelector('rect'), title = g.querySelector('title').textContent;
    return { g: g, rect: rect, text: g.querySelector('text'), title: title, name: title.slice(0, title.lastIndexOf(': ')),
      x: +rect.getAttribute('x'), width: +rect.getAttribute('width'), y: +rect.getAttribute('y') };
  });
  function write(f, x, width) {
    var room = Math.floor((width - 8) / LETTER);
    if (f.text === null) {
      f.text = document.createElementNS(svg.namespaceURI, 'text');
      f.text.setAttribute('y', f.y + 12.5);
      f.g.appendChild(f.text);
    }
    var letters = Array.from(f.name);
    if (letters.length > room) letters = Array.from(f.name.replace(/^([\\w.-]+\\/)+(?=[^.]+\\..)/, ''));
    f.text.setAttribute('x', x + 4);
    f.text.textContent = room < 3 ? '' : letters.length <= room ? letters.join('') : letters.slice(0, room - 1).join('') + '\\u2026';
  }
  function zoom(to) {
    var scale = inner / to.width;
    frames.forEach(function (f) {
      var from = Math.max(f.x, to.x), end = Math.min(f.x + f.width, to.x + to.width);
      var caller = f.y > to.y && f.x <= to.x + 0.01 && f.x + f.width >= to.x + to.width - 0.01;
      var shown = caller || (f.y <= to.y && end - from > 0.001 && f.x >= to.x - 0.01 && f.x + f.width <= to.x + to.width + 0.01);
      f.g.style.display = shown ? '' : 'none';
      f.g.classList.toggle('passed', caller);
      if (!shown) return;
      var x = MARGIN + (from - to.x) * scale, width = caller ? inner : (end - from) * scale;
      f.rect.setAttribute('x', x);
      f.rect.setAttribute('width', width);
      write(f, x, width);
    });
  }
  function mark(pattern) {
    var count = 0;
    frames.forEach(function (f) {
      var found = pattern !== null && pattern.test(f.name);
      count += found;
      f.g.classList.toggle('found', found);
    });
    says.textContent = pattern === null ? said : 'Found in ' + count + ' frame' + (count === 1 ? '' : 's') + '.';
  }
  function search() {
    var words = prompt('Mark functions that match this regular expression:');
    if (words === null) return;
    try {
      mark(words === '' ? null : new RegExp(words));
    } catch (error) {
      says.textContent = error.message;
    }
  }
  function reset() {
    mark(null);
    zoom(frames[0]);
  }
  frames.forEach(function (f) {
    f.g.addEventListener('click', function () { zoom(f); });
    f.g.addEventListener('mouseenter', function () { says.textContent = f.title; });
    f.g.addEventListener('mouseleave', function () { says.textContent = said; });
  });
  document.getElementById('flame-reset').addEventListener('click', reset);
  document.getElementById('flame-search').addEventListener('click', search);
  addEventListener('keydown', function (event) { if (event.key === 'Escape') reset(); });
  svg.classList.add('live');
})();
`;
