# shellcheck shell=bash disable=SC2034
# What slurm-array.sh and slurm-merge.sh compute. Every node has to see these files below the same paths.

# Where `npm install` has put deconvnet. Node itself has to be on the PATH too.
PATH=/shared/deconvnet/node_modules/.bin:$PATH

model=/shared/vgg16/model.json
pictures=/shared/imagenet/val
# The folder for the states of the shards. While a shard is mined, its checkpoint is there too.
states=/shared/states
# The merged state.
out=/shared/val.state

# The number of shards. The array has one task for each.
shards=100

# Options for both commands, deconvnet mine and deconvnet merge.
network=(--input caffe)
# More options for deconvnet mine.
mining=(--layers block4_conv3)
