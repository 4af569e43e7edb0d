/** The name of a study that a report can contain. */
export type StudyName = 'gallery' | 'evolution' | 'invariance' | 'occlusion' | 'correspondence' | 'ablation' | 'sanity';

/** What a report says of a study. */
interface StudyText {
  readonly title: string;
  /** Where it comes from, as a sentence. */
  readonly source: string;
  /** What it shows, as a sentence. */
  readonly what: string;
}

/** What a report says of each study that it can contain, in the order of the paper. */
export const studyTexts: Readonly<Record<StudyName, StudyText>> = {
  gallery: {
    title: 'Gallery',
    source: 'In the paper, this is section 4, Figure 2.',
    what: 'The patches of the pictures that excite each feature map most, beside their projections to the pixels.',
  },
  evolution: {
    title: 'Evolution',
    source: 'In the paper, this is section 4, Figure 4.',
    what: 'What excites a feature map most at each checkpoint of the training, and how it is projected.',
  },
  invariance: {
    title: 'Invariance',
    source: 'In the paper, this is section 4, Figure 5.',
    what: 'How far the features of a layer, and the answer, move when a picture is moved, enlarged or turned.',
  },
  occlusion: {
    title: 'Occlusion',
    source: 'In the paper, this is section 4.2, Figure 7.',
    what: 'Which parts of a picture a feature map, and the answer, depend on.',
  },
  correspondence: {
    title: 'Correspondence',
    source: 'In the paper, this is section 4.3, Table 1.',
    what: 'Whether the network relates the same part of different pictures.',
  },
  ablation: {
    title: 'Ablation',
    source: 'It is in the spirit of Table 3 of the paper, but here the network is not trained again.',
    what: 'Which feature maps matter for which class: the accuracy when some are set to zero.',
  },
  sanity: {
    title: 'Sanity check',
    source: 'It is not in the paper. It follows Adebayo et al. 2018, Nie et al. 2018, and Mahendran and Vedaldi 2016.',
    what: 'What the projections depend on: the learned weights, the edges of the picture, the class, or the switches.',
  },
};

/** The names of all studies that a report can contain, in the order of the paper. */
export const studyNames = Object.keys(studyTexts) as StudyName[];
