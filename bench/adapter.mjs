import * as tf from '@tensorflow/tfjs-core';

/** The names of programs that compute on the processor what a graphics card would compute. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|swrast|software|basic render/i;

/** Names what the current backend computes on, in Node or in a page. A program instead of a graphics card is named so. */
export async function adapterName() {
  const backend = tf.getBackend();
  const name = { webgpu: webgpuAdapter, webgl: webglRenderer }[backend];
  if (!name) return `${backend}: the processor`;
  const adapter = await name();
  const kind = SOFTWARE.test(adapter) ? 'IN SOFTWARE, no graphics card: these times say nothing about one' : 'hardware';
  return `${backend}: ${adapter || 'an adapter without a name'} (${kind})`;
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
