import * as tf from '@tensorflow/tfjs-core';

/** The names of programs that compute on the processor what a graphics card would compute. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|swrast|software|basic render/i;

/**
 * What the current backend computes on, in Node or in a page: `text` names it, and `inSoftware` says that a program stands
 * in for a graphics card. Then only small sizes are measured, and their times say nothing about a graphics card.
 */
export async function adapterOf(backend = tf.getBackend()) {
  const name = { webgpu: webgpuAdapter, webgl: webglRenderer }[backend];
  if (!name) return { text: `${backend} (the processor)`, inSoftware: false };
  const adapter = (await name()) || 'an adapter without a name';
  const inSoftware = SOFTWARE.test(adapter);
  const kind = inSoftware ? 'IN SOFTWARE, not a graphics card; small sizes only' : 'a graphics card';
  return { text: `${backend} on ${adapter} (${kind})`, inSoftware };
}

async function webgpuAdapter() {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  return [vendor, architecture, device, description, isFallbackAdapter && 'software'].filter(Boolean).join(' ');
}

function webglRenderer() {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  const extension = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(extension?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER));
}
