// Labels keep their size. The weightiest actor's label is placed first: below its disc, above,
// right or left, wherever it covers neither another label nor a disc; else it is left out.
const CELL = 48;
const LINE = 15;
const FONT = '12.5px system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const MOST = 400;
const CROWD = 400; // discs in sight above which the weightiest labels may cover some
const FIRST = 30;

class Room {
  constructor() {
    this.cells = new Map();
  }

  each(box, visit) {
    for (let x = Math.floor(box.left / CELL); x <= box.right / CELL; x += 1) {
      for (let y = Math.floor(box.top / CELL); y <= box.bottom / CELL; y += 1) {
        if (visit(x * 65536 + y)) return true;
      }
    }
    return false;
  }

  add(box) {
    this.each(box, (key) => {
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push(box);
    });
  }

  // Whether something else than the node's own disc is there.
  isTaken(box, own) {
    return this.each(box, (key) => (this.cells.get(key) || []).some((other) => other.own !== own &&
      box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom));
  }
}

function labelBoxes(place, radius, width, lines) {
  const height = LINE * lines + 1;
  const half = width / 2 + 1;
  const box = (left, top) => ({ left, right: left + width + 2, top, bottom: top + height });
  return [
    box(place.x - half, place.y + radius + 1), box(place.x - half, place.y - radius - 1 - height),
    box(place.x + radius + 3, place.y - height / 2), box(place.x - radius - 5 - width, place.y - height / 2),
  ];
}

export function drawLabels(context, { nodes, first, near, project, radiusOf, size, colours }) {
  context.save();
  Object.assign(context, { font: FONT, textAlign: "center", lineJoin: "round", lineWidth: 3.5 });
  Object.assign(context, { strokeStyle: colours.halo, fillStyle: colours.ink });
  const room = new Room();
  const seen = [];
  for (const node of nodes) {
    const at = project(node);
    if (at.x < -80 || at.y < -30 || at.x > size.width + 80 || at.y > size.height + 30) continue;
    const radius = radiusOf(node);
    seen.push({ node, at, radius });
  }
  const bold = seen.length > CROWD ? FIRST : 0;
  let turn = 0;
  const addDisc = ({ node, at, radius }) => room.add({
    left: at.x - radius, right: at.x + radius, top: at.y - radius, bottom: at.y + radius, own: node.place,
  });
  seen.slice(0, bold || seen.length).forEach(addDisc);
  const important = (item) => first.includes(item.node.place);
  const order = [...seen.filter(important), ...seen.filter((item) => !important(item))];
  let drawn = 0;
  for (const { node, at, radius } of order) {
    if (drawn >= MOST) break;
    if (bold && turn === bold) seen.slice(bold).forEach(addDisc);
    turn += 1;
    const forced = first.includes(node.place);
    if (near && !near.has(node.place) && !forced) continue;
    const width = Math.max(...node.lines.map((line) => context.measureText(line).width));
    const boxes = labelBoxes(at, radius, width, node.lines.length);
    const order = node.above ? [boxes[1], boxes[0], boxes[2], boxes[3]] : boxes;
    const fits = (one) => one.left > 2 && one.right < size.width - 2 && !room.isTaken(one, node.place);
    const box = order.find(fits) || (forced ? order[0] : null);
    if (!box) continue;
    room.add(box);
    drawn += 1;
    node.lines.forEach((line, number) => {
      const [x, y] = [(box.left + box.right) / 2, box.top + 12 + LINE * number];
      context.strokeText(line, x, y);
      context.fillText(line, x, y);
    });
  }
  context.restore();
}
