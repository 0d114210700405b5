"""Mistakes to plant in the specs of test_torchvision_others.py, and how those are made quick."""

# What the quick comparisons change: the base of a family becomes its smallest member, wide linear
# layers, which hold a hundred million weights, become narrow, and the auxiliary head that wants
# 299 by 299 is left out.
Edits = list[tuple[str, str]]
NARROW = ("out_features: 4096", "out_features: 16")
VGG11 = [NARROW, ("default: [2, 2, 3, 3, 3]", "default: [1, 1, 2, 2, 2]")]
NORMALIZED = ("batch_norm: {default: false", "batch_norm: {default: true")
NO_AUX = ("aux_logits: {default: true", "aux_logits: {default: false")
FAMILIES: dict[str, tuple[str, Edits]] = {
    "vgg11": ("vgg16", VGG11),
    "vgg11_bn": ("vgg16", [*VGG11, NORMALIZED]),
    "alexnet": ("alexnet", [NARROW]),
    "squeezenet1_0": ("squeezenet1_0", []),
    "googlenet": ("googlenet", [NO_AUX]),
    "inception_v3": ("inception_v3", [NO_AUX]),
    "mobilenet_v2": ("mobilenet_v2", []),
}

# Mistakes that leave every key as it is. AlexNet, SqueezeNet and the plain VGGs normalize nothing.
RELU = "{op: relu, inplace: true}"
MAX_AS_AVG = ("max_pool", "avg_pool")
GLOBAL = ("adaptive_avg_pool", "adaptive_max_pool")
FLOOR = ("ceil_mode: true", "ceil_mode: false")
EPS = ("eps: 0.001", "eps: 0.00001")
BORDER = ("padding: 1}", "padding: 1, padding_mode: replicate}")


def without_relu(name: str, channels: int) -> tuple[str, str]:
    """An edit that takes the ReLU from one of the 1x1 convolutions with batch normalization."""
    conv = f"out_channels: {channels}, kernel_size: 1"
    bare = f"{{nodes: {{conv: {{op: conv, {conv}, bias: false}}, bn: batch_norm}}}}"
    return f"{name}: {{op: conv_bn, {conv}}}", f"{name}: {bare}"


MISTAKES: dict[str, dict[str, Edits]] = {
    "vgg11": {
        "pool": [MAX_AS_AVG],
        "global pool": [GLOBAL],
        "padding": [BORDER],
        "relu": [(f"- {RELU}\n\nnodes", "- identity\n\nnodes")],
        "relu of the head": [(f"- {RELU}\n    - {{op: dropout", "- identity\n    - {op: dropout")],
        "stride of pool 4 in pool 5": [
            ("W//8]}\n      - max_pool", "W//8]}\n      - identity"),
            ("- {op: max_pool, shape", "- {op: max_pool, kernel_size: 4, stride: 4, shape"),
        ],
    },
    "vgg11_bn": {"eps": [("{op: batch_norm, when", "{op: batch_norm, eps: 0.001, when")]},
    "alexnet": {
        "pool": [MAX_AS_AVG],
        "global pool": [GLOBAL],
        "padding": [BORDER],
        "padding of the stem": [("padding: 2, shape: [N, 64", "padding: 0, shape: [N, 64")],
        "relu": [("- relu\n    - max_pool", "- identity\n    - max_pool")],
        "relu of the head": [("- relu\n    - dropout", "- identity\n    - dropout")],
        "stride of the stem in its pool": [
            ("stride: 4", "stride: 2"),
            (
                "- max_pool\n    - {op: conv, out_channels: 192",
                "- {op: max_pool, stride: 4}\n    - {op: conv, out_channels: 192",
            ),
        ],
    },
    "squeezenet1_0": {
        "pool": [MAX_AS_AVG],
        "rounding of the pool": [FLOOR],
        "global pool": [GLOBAL],
        "padding": [BORDER],
        "relu": [("squeeze_activation: relu", "squeeze_activation: identity")],
        "relu of the head": [("{op: relu, when: num_classes > 0}", "identity")],
        "stride of the stem in its pool": [
            ("kernel_size: kernel_size, stride: 2}", "kernel_size: kernel_size}"),
            ("max_pool, shape: [N, width", "max_pool, stride: 4, shape: [N, width"),
        ],
    },
    "googlenet": {
        "eps": [EPS],
        "pool": [("- {op: max_pool,", "- {op: avg_pool, kernel_size: 3,")],
        "rounding of the pool": [FLOOR],
        "global pool": [GLOBAL],
        "padding": [("stride: 2, padding: 3", "stride: 2, padding: 2")],
        "relu": [without_relu("conv2", 64)],
        "stride of conv1 on conv2": [
            ("kernel_size: 7, stride: 2", "kernel_size: 7"),
            ("conv2: {op: conv_bn,", "conv2: {op: conv_bn, stride: 2,"),
        ],
    },
    "inception_v3": {
        "eps": [EPS],
        "pool": [("max_pool, from: x", "avg_pool, from: x")],
        "global pool": [GLOBAL],
        "padding": [("stride: 1, padding: 1}", "stride: 1, padding: 1, count_include_pad: false}")],
        "relu": [without_relu("Conv2d_3b_1x1", 80)],
        "stride of the first layer on the second": [
            ("kernel_size: 3, stride: 2, shape: [N, 32", "kernel_size: 3, shape: [N, 32"),
            ("Conv2d_2a_3x3: {op: conv_bn,", "Conv2d_2a_3x3: {op: conv_bn, stride: 2,"),
        ],
    },
    "mobilenet_v2": {
        "eps": [("- batch_norm", "- {op: batch_norm, eps: 0.001}")],
        "pool": [GLOBAL],
        "padding": [("kernel_size // 2,", "kernel_size // 2, padding_mode: replicate,")],
        "relu": [
            (
                "- {op: conv_bn, out_channels: 1280, kernel_size: 1}",
                "- [{op: conv, out_channels: 1280, kernel_size: 1}, batch_norm]",
            )
        ],
        "relu6": [("- {op: relu6, inplace: true}", f"- {RELU}")],
        "stride on the first 1x1": [
            ("t * x.channels, stride: stride", "t * x.channels"),
            ("kernel_size: 1, when: t != 1", "kernel_size: 1, stride: stride, when: t != 1"),
        ],
    },
}
AUX_RELU = (
    "out_features: 1024}\n      relu: relu",
    "out_features: 1024}\n      relu: identity",
)
