import { afterEach, describe, expect, it, vi } from 'vitest';
import { isSoftwareRenderer, softwareRenderer } from '../../../src/backends/software-renderer.js';

// As browsers, Mesa and Dawn write them.
const software = [
  'ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)',
  'Google SwiftShader',
  'google swiftshader',
  'llvmpipe (LLVM 15.0.7, 256 bits)',
  'llvmpipe, or similar',
  'ANGLE (Mesa, llvmpipe (LLVM 17.0.6 256 bits), OpenGL 4.5)',
  'Gallium 0.4 on llvmpipe (LLVM 3.8, 256 bits)',
  'virgl (LLVMPIPE (LLVM 12.0.0, 256 bits))',
  'softpipe',
  'SWR (LLVM 10.0.0, 256 bits)',
  'Software Rasterizer',
  'Apple Software Renderer',
  'ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11 vs_5_0 ps_5_0, D3D11)',
  'ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11 vs_5_0 ps_5_0), or similar',
  'D3D12 (Microsoft Basic Render Driver)',
  'ANGLE (Software Adapter Direct3D11 vs_5_0 ps_5_0)',
  'microsoft warp',
  'GDI Generic',
];
const hardware = [
  'ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0, D3D11)',
  'ANGLE (Intel, Mesa Intel(R) UHD Graphics 620 (KBL GT2), OpenGL 4.6)',
  'ANGLE (AMD, Radeon RX 580 Series (radeonsi, polaris10, LLVM 15.0.7), OpenGL 4.6)',
  'ANGLE (Apple, ANGLE Metal Renderer: Apple M1, Unspecified Version)',
  'Apple GPU',
  'Adreno (TM) 640',
  'Mali-G78',
  'SVGA3D; build: RELEASE;  LLVM;',
  'virgl (AMD Radeon RX 6600)',
  'D3D12 (NVIDIA GeForce GTX 1080)',
  'ANGLE (Google, Vulkan 1.3.0 (NVIDIA Tegra X1), NVIDIA)',
  'nvidia ampere',
  'apple common-3d',
  'WebKit WebGL',
  'Generic Renderer',
  '',
];

describe('a renderer', () => {
  it.each(software)('%s computes in software', (name) => expect(isSoftwareRenderer(name)).toBe(true));
  it.each(hardware)('%s counts as a graphics card', (name) => expect(isSoftwareRenderer(name)).toBe(false));
});

describe('what WebGPU tells', () => {
  afterEach(() => vi.unstubAllGlobals());

  const ofAdapter = (adapter: object | null): Promise<string | undefined> => {
    vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => adapter } });
    return softwareRenderer('webgpu');
  };

  it.each([
    ['the adapter’s information', { info: { vendor: 'google', architecture: 'swiftshader' } }, 'google swiftshader'],
    ['its description', { info: { vendor: 'mesa', description: 'llvmpipe (LLVM 17)' } }, 'mesa llvmpipe (LLVM 17)'],
    [
      'information that is asked for',
      { requestAdapterInfo: async () => ({ vendor: 'microsoft', architecture: 'warp' }) },
      'microsoft warp',
    ],
    ['a fallback adapter', { info: { vendor: '', isFallbackAdapter: true } }, 'a fallback adapter'],
    ['a fallback adapter of older browsers', { isFallbackAdapter: true, info: { vendor: 'mesa' } }, 'mesa'],
  ])('is software by %s', async (_, adapter, name) => expect(await ofAdapter(adapter)).toBe(name));

  it.each([
    [
      'a card',
      { isFallbackAdapter: false, info: { vendor: 'nvidia', architecture: 'ampere', isFallbackAdapter: false } },
    ],
    ['an adapter that tells nothing', {}],
    ['an adapter with empty information', { info: { vendor: '', architecture: '', device: '', description: '' } }],
    ['an adapter that refuses', { requestAdapterInfo: () => Promise.reject(new Error('no')) }],
    ['no adapter', null],
  ])('is not software by %s', async (_, adapter) => expect(await ofAdapter(adapter)).toBeUndefined());
});

describe('what WebGL tells', () => {
  afterEach(() => vi.unstubAllGlobals());

  /** A browser whose WebGL has a renderer, and a masked name for it; `slow` is one with a major performance caveat. */
  const ofContext = ({
    masked,
    unmasked,
    slow = false,
  }: {
    masked: string;
    unmasked?: string;
    slow?: boolean;
  }): Promise<string | undefined> => {
    const context = {
      RENDERER: 1,
      getParameter: (name: number) => (name === 1 ? masked : unmasked),
      getExtension: () => (unmasked === undefined ? null : { UNMASKED_RENDERER_WEBGL: 2 }),
    };
    const getContext = (_: string, { failIfMajorPerformanceCaveat = false } = {}): object | null =>
      slow && failIfMajorPerformanceCaveat ? null : context;
    vi.stubGlobal(
      'OffscreenCanvas',
      class {
        readonly getContext = getContext;
      },
    );
    return softwareRenderer('webgl');
  };

  it('is software by the unmasked name', async () => {
    expect(await ofContext({ masked: 'WebKit WebGL', unmasked: 'Google SwiftShader' })).toBe('Google SwiftShader');
    expect(await ofContext({ masked: 'llvmpipe, or similar' })).toBe('llvmpipe, or similar');
  });

  it('is software by a major performance caveat', async () => {
    expect(await ofContext({ masked: 'WebKit WebGL', slow: true })).toBe('WebKit WebGL');
  });

  it('is a card by its name, and where it is masked', async () => {
    expect(await ofContext({ masked: 'WebKit WebGL', unmasked: 'ANGLE (Apple, Apple M1)' })).toBeUndefined();
    expect(await ofContext({ masked: 'WebKit WebGL' })).toBeUndefined();
  });

  it('is undefined if there is no canvas', async () => expect(await softwareRenderer('webgl')).toBeUndefined());
  it('is not asked of wasm and cpu', async () => {
    expect([await softwareRenderer('wasm'), await softwareRenderer('cpu')]).toEqual([undefined, undefined]);
  });
});
