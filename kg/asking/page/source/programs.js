// How edges and nodes are drawn by WebGL: edges as bows with an arrow, claims dashed; nodes
// as discs with a rim in the colour of the paper.
import { EdgeProgram, NodeProgram, createEdgeCompoundProgram } from "sigma/rendering";
import { floatColor } from "sigma/utils";
import { colour } from "./colours.js";

const { FLOAT, UNSIGNED_BYTE, TRIANGLES } = WebGLRenderingContext;

// Both parts of an edge begin the same way: the bow from rim to rim, in units of the graph.
const BOW = `
attribute vec2 a_start;
attribute vec2 a_end;
attribute vec3 a_sizes;
attribute vec4 a_color;
uniform mat3 u_matrix;
uniform float u_pixel;
uniform float u_grow;
uniform float u_bend;
varying vec4 v_color;
const float bias = 255.0 / 254.0;
vec2 bow; vec2 from; vec2 tip; vec2 neck; float room;
void findBow() {
  vec2 way = a_end - a_start;
  bow = (a_start + a_end) / 2.0 + vec2(-way.y, way.x) * u_bend;
  float head = (5.0 + 1.5 * a_sizes.z) * max(0.6, u_grow) * u_pixel;
  vec2 out1 = normalize(bow - a_start);
  vec2 out2 = normalize(bow - a_end);
  from = a_start + out1 * (a_sizes.x * u_grow + 1.0) * u_pixel;
  tip = a_end + out2 * (a_sizes.y * u_grow + 1.5) * u_pixel;
  neck = tip + out2 * head;
  room = length(way) - (a_sizes.x + a_sizes.y) * u_grow * u_pixel - head;
  v_color = a_color;
  v_color.a *= bias;
}`;

const LINE_VERTEX = `${BOW}
attribute float a_at;
attribute float a_side;
varying float v_side;
varying float v_half;
varying float v_along;
void main() {
  if (a_start == a_end) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); return; }
  findBow();
  float left = 1.0 - a_at;
  vec2 place = left * left * from + 2.0 * left * a_at * bow + a_at * a_at * neck;
  vec2 along = left * (bow - from) + a_at * (neck - bow);
  v_half = a_sizes.z / 2.0;
  v_side = a_side * (v_half + 1.0);
  v_along = a_at * length(neck - from) / u_pixel;
  vec2 across = normalize(vec2(-along.y, along.x));
  gl_Position = vec4((u_matrix * vec3(place + across * v_side * u_pixel, 1.0)).xy, 0.0, 1.0);
  if (room <= 0.0) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}`;

const LINE_FRAGMENT = `
precision highp float;
varying vec4 v_color;
varying float v_side;
varying float v_half;
varying float v_along;
uniform float u_dash;
uniform float u_alpha;
void main() {
  float seen = clamp(v_half + 0.5 - abs(v_side), 0.0, 1.0);
  if (u_dash > 0.0 && mod(v_along, u_dash) > u_dash * 0.6) seen = 0.0;
  gl_FragColor = vec4(v_color.rgb, 1.0) * seen * u_alpha;
}`;

const HEAD_VERTEX = `${BOW}
attribute float a_at;
attribute float a_side;
void main() {
  if (a_start == a_end) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); return; }
  findBow();
  vec2 along = neck - tip;
  vec2 place = tip + along * a_at + vec2(-along.y, along.x) * a_side * 0.5;
  gl_Position = vec4((u_matrix * vec3(place, 1.0)).xy, 0.0, 1.0);
  if (room <= 0.0) gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
}`;

const HEAD_FRAGMENT = `
precision mediump float;
varying vec4 v_color;
uniform float u_alpha;
void main() { gl_FragColor = vec4(v_color.rgb, 1.0) * u_alpha; }`;

const ATTRIBUTES = [
  { name: "a_start", size: 2, type: FLOAT }, { name: "a_end", size: 2, type: FLOAT },
  { name: "a_sizes", size: 3, type: FLOAT },
  { name: "a_color", size: 4, type: UNSIGNED_BYTE, normalized: true },
  { name: "a_at", size: 1, type: FLOAT }, { name: "a_side", size: 1, type: FLOAT },
];

// Every corner is written out for every item, and nothing is drawn by instances: these are
// slow where no graphics card draws but a program.
function writeCorners(array, at, values, corners) {
  for (const corner of corners) {
    array.set(values, at);
    array.set(corner, at + values.length);
    at += values.length + corner.length;
  }
}

function part(look, corners, shaders) {
  return class extends EdgeProgram {
    getDefinition() {
      return {
        VERTICES: corners.length, METHOD: TRIANGLES, ATTRIBUTES, ...shaders,
        UNIFORMS: ["u_matrix", "u_pixel", "u_grow", "u_bend", "u_dash", "u_alpha"],
      };
    }

    processVisibleItem(_, at, source, target, edge) {
      const values = [source.x, source.y, target.x, target.y, source.size, target.size, edge.size];
      writeCorners(this.array, at, [...values, floatColor(edge.color)], corners);
    }

    setUniforms(params, { gl, uniformLocations: at }) {
      gl.uniformMatrix3fv(at.u_matrix, false, params.matrix);
      gl.uniform1f(at.u_pixel, 2 * params.correctionRatio);
      gl.uniform1f(at.u_grow, 1 / params.sizeRatio);
      gl.uniform1f(at.u_bend, look.bend);
      if (at.u_dash) gl.uniform1f(at.u_dash, look.dash);
      gl.uniform1f(at.u_alpha, Math.min(1, look.alpha() / params.sizeRatio));
    }
  };
}

// An edge: its bow in so many straight pieces, and its arrow.
export function arrowProgram({ pieces, ...look }) {
  const line = [];
  for (let piece = 0; piece < pieces; piece += 1) {
    const [a, b] = [piece / pieces, (piece + 1) / pieces];
    line.push([a, 1], [a, -1], [b, 1], [b, 1], [a, -1], [b, -1]);
  }
  return createEdgeCompoundProgram([
    part(look, line, { VERTEX_SHADER_SOURCE: LINE_VERTEX, FRAGMENT_SHADER_SOURCE: LINE_FRAGMENT }),
    part(look, [[0, 0], [1, 1], [1, -1]],
      { VERTEX_SHADER_SOURCE: HEAD_VERTEX, FRAGMENT_SHADER_SOURCE: HEAD_FRAGMENT }),
  ]);
}

const DISC_VERTEX = `
attribute vec2 a_position;
attribute float a_size;
attribute vec4 a_color;
attribute vec2 a_corner;
uniform mat3 u_matrix;
uniform float u_pixel;
uniform float u_grow;
varying vec4 v_color;
varying vec2 v_away;
varying float v_radius;
void main() {
  v_radius = a_size * u_grow;
  v_away = a_corner * (v_radius + 1.0);
  gl_Position = vec4((u_matrix * vec3(a_position + v_away * u_pixel, 1.0)).xy, 0.0, 1.0);
  v_color = a_color;
  v_color.a *= 255.0 / 254.0;
}`;

const DISC_FRAGMENT = `
precision highp float;
varying vec4 v_color;
varying vec2 v_away;
varying float v_radius;
uniform vec3 u_paper;
uniform float u_rim;
void main() {
  float inside = v_radius - length(v_away) + 0.5;
  vec4 disc = mix(vec4(u_paper, 1.0), v_color, clamp(inside - u_rim, 0.0, 1.0));
  gl_FragColor = disc * clamp(inside, 0.0, 1.0);
}`;

const TRIANGLE = [0, 1, 2].map((corner) =>
  [2 * Math.cos((2 * Math.PI * corner) / 3), 2 * Math.sin((2 * Math.PI * corner) / 3)]);

// Discs with a rim; what lies under the mouse is found without them, so none for picking.
export function discProgram(rim) {
  return class extends NodeProgram {
    constructor(gl, _, renderer) {
      super(gl, null, renderer);
    }

    getDefinition() {
      return {
        VERTICES: 3, METHOD: TRIANGLES,
        VERTEX_SHADER_SOURCE: DISC_VERTEX, FRAGMENT_SHADER_SOURCE: DISC_FRAGMENT,
        UNIFORMS: ["u_matrix", "u_pixel", "u_grow", "u_paper", "u_rim"],
        ATTRIBUTES: [
          { name: "a_position", size: 2, type: FLOAT }, { name: "a_size", size: 1, type: FLOAT },
          { name: "a_color", size: 4, type: UNSIGNED_BYTE, normalized: true },
          { name: "a_corner", size: 2, type: FLOAT },
        ],
      };
    }

    processVisibleItem(_, at, node) {
      writeCorners(this.array, at, [node.x, node.y, node.size, floatColor(node.color)], TRIANGLE);
    }

    setUniforms(params, { gl, uniformLocations: at }) {
      const paper = colour("paper");
      gl.uniformMatrix3fv(at.u_matrix, false, params.matrix);
      gl.uniform1f(at.u_pixel, 2 * params.correctionRatio);
      gl.uniform1f(at.u_grow, 1 / params.sizeRatio);
      gl.uniform3f(at.u_paper, ...[1, 3, 5].map((part) => parseInt(paper.slice(part, part + 2), 16) / 255));
      gl.uniform1f(at.u_rim, rim);
    }
  };
}
