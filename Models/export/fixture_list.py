"""The rows of which `make_fixtures.py` makes files: one network, one way of exporting it, the sizes to record."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from configurations import size_multiple
from exporting import ExportOptions


@dataclass(frozen=True)
class Fixture:
    name: str
    configuration: dict
    options: ExportOptions
    image: tuple[int, int]
    """Height and width at the export."""
    other_sizes: tuple[tuple[int, int], ...] = ()
    """Further sizes at which PyTorch's output is recorded. A fixed export runs at none of them as it stands."""
    other_batch: int = 1
    """The batch at the further sizes."""
    architecture: str = "GRL"
    masks: str = "stored"
    """`stored` as constants of the export size, `shared` by all layers, or `computed` in the graph."""
    batch: int = 1
    clamp_logit_scale: bool = False
    bias_width: int = 32
    """Hidden width of the position bias networks. At the 512 of released networks the dynamo exporter leaves part of
    them in the graph; narrow ones it folds away."""

    @property
    def follows_input(self) -> bool:
        """Whether the export runs at its further sizes. One that declares free axes around stored masks does not."""
        return self.options.dynamic and self.masks == "computed"

    @property
    def seed(self) -> int:
        """Differs by fixture and stays the same when rows are added."""
        return zlib.crc32(self.name.encode()) % 100_000


def torchscript(opset: int, simplify: str | None = None, **options) -> ExportOptions:
    return ExportOptions("torchscript", opset, simplify=simplify, **options)


def dynamo(opset: int, simplify: str | None = None, **options) -> ExportOptions:
    return ExportOptions("dynamo", opset, simplify=simplify, **options)


def grl(layers: int = 4, **changes) -> dict:
    """A small GRL whose sizes are padded to multiples of 8.

    Of its layers the first two have unshifted stripes, horizontal and vertical, the next two shifted ones; windows
    are shifted in the first and the third.
    """
    return dict(
        embed_dim=16,
        depths=[layers],
        num_heads_window=[2],
        num_heads_stripe=[2],
        window_size=4,
        stripe_size=[4, 8],
        stripe_groups=[None, None],
        stripe_shift=True,
        anchor_window_down_factor=2,
        mlp_ratio=2,
    ) | changes


PLAIN = grl()
PAIR = grl(2)
TWO_STAGES = grl(
    embed_dim=32,
    depths=[4, 1],
    num_heads_window=[2, 1],
    num_heads_stripe=[2, 4],
    window_size=8,
    stripe_size=[8, 16],
    anchor_window_down_factor=4,
)
TWO_SHORT = TWO_STAGES | dict(depths=[1, 1])
BASE = grl(embed_dim=36, depths=[2, 1], num_heads_window=[3, 3], num_heads_stripe=[3, 3], local_connection=True)
GRAY = grl(1, in_channels=1, out_channels=1)
DUAL = grl(1, in_channels=6, out_channels=3)
CONVOLVED_ANCHORS = TWO_SHORT | dict(anchor_proj_type="conv2d", anchor_one_stage=False)
MERGED_ANCHORS = TWO_SHORT | dict(anchor_proj_type="patchmerging", anchor_one_stage=False)
SEPARABLE = grl(2, anchor_proj_type="separable_conv", qkv_proj_type="separable_conv")
GROUPS = grl(stripe_size=[4, None], stripe_groups=[None, 2])
UNSHIFTED_GROUPS = GROUPS | dict(depths=[2], stripe_shift=False)
SQUARES = ((16, 16), (24, 24))
"""With groups, the network itself works only where the padded image is square; no exporter rolls by half a free stripe
either."""
SINGLE = grl(3, stripe_size=[8, 8], window_size=8)


def direct(scale: int) -> dict:
    return grl(1, upsampler="pixelshuffledirect", upscale=scale)


def shuffle(scale: int) -> dict:
    return grl(1, upsampler="pixelshuffle", upscale=scale)


NEAREST = grl(1, upsampler="nearest+conv", upscale=4)


OTHER_SIZES = {4: ((22, 23), (8, 8), (1, 2)), 8: ((19, 27), (16, 8), (2, 9)), 16: ((34, 18), (16, 32), (20, 8))}
"""Further sizes for fixed exports, by the multiple to which the network pads (4: groups, padded to squares).

The first has more windows both ways than the export and is padded by reflection both ways; the second is not padded;
the third has a side too short for reflection, so that PyTorch pads with zeros."""

CLAMPED = dict(clamp_logit_scale=True, other_sizes=((19, 27), (2, 6)))
"""Scales around 100 amplify rounding: at many sizes PyTorch's float32 output differs from its float64 output by more
than the bound that runtimes are held to. At these two it differs as little as at the export size."""


def fixed(name: str, configuration: dict, options: ExportOptions, image=(16, 24), **fields) -> Fixture:
    """A row whose export has one size; PyTorch's outputs at others are recorded beside it."""
    fields = dict(other_sizes=OTHER_SIZES[size_multiple(configuration)]) | fields
    return Fixture(name, configuration, options, image, **fields)


def dynamic(name: str, configuration: dict, options: ExportOptions, image=(13, 21), **fields) -> Fixture:
    """A row whose export follows its input's size; the export size needs padding so that padding is in the graph."""
    options = ExportOptions(**(vars(options) | {"dynamic": True}))
    fields = dict(other_sizes=((16, 16), (23, 30)), masks="computed") | fields
    return Fixture(name, configuration, options, image, **fields)


SWINIR = dict(
    img_size=16,
    embed_dim=12,
    depths=[2, 1],
    num_heads=[2, 3],
    window_size=4,
    mlp_ratio=2,
    upsampler="",
    drop_path_rate=0.0,
)
SWINIR_SHUFFLE = SWINIR | dict(upsampler="pixelshuffle", upscale=2)
FIXED_SWINIR = dict(architecture="SwinIR", other_sizes=((17, 26), (16, 8), (3, 6)))
"""Padded to multiples of 4 by reflection, or not at all; this network fails where it cannot reflect."""
SWIN2SR = dict(
    img_size=16,
    embed_dim=12,
    depths=[2],
    num_heads=[2],
    window_size=4,
    mlp_ratio=2,
    upscale=2,
    upsampler="pixelshuffledirect",
    drop_path_rate=0.0,
)
HAT = dict(
    img_size=16,
    embed_dim=12,
    depths=(2,),
    num_heads=(2,),
    window_size=4,
    compress_ratio=3,
    squeeze_factor=6,
    mlp_ratio=2,
    upscale=2,
    num_feat=8,
    drop_path_rate=0.0,
)
DAT = dict(
    img_size=16,
    embed_dim=32,
    split_size=[2, 4],
    depth=[3],
    num_heads=[2],
    expansion_factor=2.0,
    upscale=2,
    upsampler="pixelshuffledirect",
    drop_path_rate=0.0,
)
SRFORMER = dict(
    img_size=16,
    embed_dim=12,
    depths=(2,),
    num_heads=(2,),
    window_size=8,
    mlp_ratio=2,
    upscale=2,
    upsampler="pixelshuffledirect",
    drop_path_rate=0.0,
)
NAFNET = dict(width=8, middle_blk_num=1, enc_blk_nums=[1, 1], dec_blk_nums=[1, 1])
SAFMN = dict(dim=12, n_blocks=2, ffn_scale=2.0, upscaling_factor=2)
FIXED_MULTIPLES = dict(image=(16, 24), other_sizes=((24, 16), (8, 32)))
"""At sizes that need no padding: these networks pad in their own ways, which such exports do not show."""
RCAN = dict(n_resgroups=2, n_resblocks=2, n_feats=16, scale=2)

FIXTURES = [
    # Plain network: every simplifier, storage and kind of size.
    fixed("plain-ts17", PLAIN, torchscript(17), bias_width=512),
    fixed("plain-ts17-onnxsim", PLAIN, torchscript(17, "onnxsim")),
    fixed("plain-ts17-onnxslim", PLAIN, torchscript(17, "onnxslim")),
    fixed("plain-dynamo20", PLAIN, dynamo(20)),
    fixed("plain-dynamo18-onnxsim", PLAIN, dynamo(18, "onnxsim")),
    fixed("plain-dynamo20-onnxslim", PLAIN, dynamo(20, "onnxslim")),
    fixed("wide-bias-dynamo18", grl(1), dynamo(18), bias_width=512),
    fixed("wide-bias-dynamo20-onnxsim", PAIR, dynamo(20, "onnxsim"), bias_width=512),
    fixed("wide-bias-dynamo21-onnxslim", PAIR, dynamo(21, "onnxslim"), bias_width=512),
    fixed("plain-computed-ts14", PAIR, torchscript(14), masks="computed"),
    fixed("plain-computed-dynamo19", PAIR, dynamo(19), masks="computed"),
    fixed("plain-float16-ts17", PAIR, torchscript(17, float16_weights=True)),
    fixed("plain-float16-dynamo21", PAIR, dynamo(21, float16_weights=True)),
    fixed("plain-float16-ts17-onnxslim", PAIR, torchscript(17, "onnxslim", float16_weights=True)),
    fixed("plain-float16-dynamo20-onnxsim", PAIR, dynamo(20, "onnxsim", float16_weights=True)),
    fixed("plain-external-ts13", PAIR, torchscript(13, external_data=True)),
    fixed("plain-external-dynamo20", PAIR, dynamo(20, external_data=True)),
    fixed("plain-batch2-ts15", PLAIN, torchscript(15), batch=2),
    fixed("plain-batch2-dynamo20", PLAIN, dynamo(20), batch=2),
    fixed("plain-batch2-ts17-onnxsim", PAIR, torchscript(17, "onnxsim"), batch=2),
    fixed("plain-batch3-dynamo20-onnxslim", PAIR, dynamo(20, "onnxslim"), batch=3),
    fixed("plain-declared-dynamic-ts17", PAIR, torchscript(17, dynamic=True)),
    fixed("two-stages-ts12", TWO_STAGES, torchscript(12), image=(16, 16)),
    fixed("two-stages-ts20-onnxslim", TWO_STAGES, torchscript(20, "onnxslim"), image=(32, 16)),
    fixed("two-stages-dynamo22-onnxslim", TWO_STAGES, dynamo(22, "onnxslim"), image=(16, 16)),
    # Sizes that follow the input.
    dynamic("dynamic-ts11", PAIR, torchscript(11)),
    dynamic("dynamic-ts16-onnxslim", PAIR, torchscript(16, "onnxslim")),
    dynamic("dynamic-ts17", PLAIN, torchscript(17)),
    dynamic("dynamic-ts20-onnxsim", PLAIN, torchscript(20, "onnxsim")),
    dynamic("dynamic-multiples-ts18", grl(1), torchscript(18), image=(16, 24), other_sizes=((24, 16), (32, 32))),
    dynamic("dynamic-dynamo18", PLAIN, dynamo(18)),
    dynamic("dynamic-dynamo20-onnxsim", PAIR, dynamo(20, "onnxsim")),
    dynamic("dynamic-dynamo20-onnxslim", PLAIN, dynamo(20, "onnxslim")),
    dynamic("dynamic-base-ts19", BASE | dict(depths=[1, 1]), torchscript(19)),
    dynamic("dynamic-two-stages-ts13", TWO_SHORT, torchscript(13), image=(27, 30), other_sizes=((32, 48), (40, 25))),
    dynamic("dynamic-direct2-ts17", direct(2), torchscript(17)),
    dynamic("dynamic-nearest-ts12", NEAREST, torchscript(12)),
    dynamic("dynamic-nearest-dynamo20", NEAREST, dynamo(20)),
    dynamic("dynamic-groups-ts15", UNSHIFTED_GROUPS, torchscript(15), image=(12, 12), other_sizes=SQUARES),
    dynamic("dynamic-groups-dynamo20", UNSHIFTED_GROUPS, dynamo(20, "onnxslim"), image=(12, 12), other_sizes=SQUARES),
    dynamic("dynamic-patchmerging-ts14", grl(1, anchor_proj_type="patchmerging"), torchscript(14)),
    dynamic("dynamic-float16-external-ts18", grl(1), torchscript(18, float16_weights=True, external_data=True)),
    # Three heads and the local branch, as in the base size.
    fixed("base-ts12", BASE, torchscript(12)),
    fixed("base-ts20-onnxsim", BASE, torchscript(20, "onnxsim")),
    fixed("base-dynamo22", BASE, dynamo(22)),
    # Reconstruction and channels.
    fixed("direct2-ts11", direct(2), torchscript(11)),
    fixed("direct3-ts18", direct(3), torchscript(18)),
    fixed("direct4-dynamo23", direct(4), dynamo(23)),
    fixed("shuffle2-ts16", shuffle(2), torchscript(16)),
    fixed("shuffle3-dynamo18-onnxslim", shuffle(3), dynamo(18, "onnxslim")),
    fixed("shuffle4-ts20", shuffle(4), torchscript(20)),
    fixed("nearest-ts13", NEAREST, torchscript(13)),
    fixed("nearest-ts19-onnxslim", NEAREST, torchscript(19, "onnxslim")),
    fixed("nearest-dynamo24", NEAREST, dynamo(24)),
    fixed("gray-ts14", GRAY, torchscript(14)),
    fixed("gray-dynamo19", GRAY, dynamo(19)),
    fixed("dual-pixel-ts12", DUAL, torchscript(12)),
    fixed("dual-pixel-dynamo20-onnxsim", DUAL, dynamo(20, "onnxsim")),
    fixed("plain-shared-ts16", PAIR, torchscript(16, constant_folding=False), masks="shared"),
    fixed("range255-ts13", grl(1, img_range=255.0), torchscript(13)),
    # Anchors and projections.
    fixed("conv2d-anchor-ts15", grl(2, anchor_proj_type="conv2d"), torchscript(15)),
    fixed("conv2d-two-step-anchor-dynamo20", CONVOLVED_ANCHORS, dynamo(20, "onnxslim"), image=(16, 16)),
    fixed("maxpool-anchor-ts16", grl(2, anchor_proj_type="maxpool"), torchscript(16)),
    fixed("maxpool-anchor-dynamo18", grl(2, anchor_proj_type="maxpool"), dynamo(18)),
    fixed("patchmerging-anchor-ts11", grl(2, anchor_proj_type="patchmerging"), torchscript(11)),
    fixed("patchmerging-two-step-anchor-dynamo20", MERGED_ANCHORS, dynamo(20, "onnxslim"), image=(16, 16)),
    fixed("whole-anchor-ts17", grl(2, anchor_window_down_factor=1), torchscript(17)),
    fixed("whole-anchor-dynamo20", grl(2, anchor_window_down_factor=1), dynamo(20)),
    fixed("separable-ts18-onnxsim", SEPARABLE, torchscript(18, "onnxsim")),
    fixed("no-qkv-bias-ts19", grl(1, qkv_bias=False), torchscript(19)),
    # Convolutions after the stages.
    fixed("3conv-ts19", grl(1, conv_type="3conv"), torchscript(19)),
    fixed("1conv1x1-ts11-onnxsim", grl(1, conv_type="1conv1x1"), torchscript(11, "onnxsim")),
    fixed("linear-conv-dynamo25", grl(1, conv_type="linear"), dynamo(25)),
    # Attention.
    fixed("no-stripe-shift-ts20", grl(stripe_shift=False), torchscript(20)),
    fixed("groups-ts17", GROUPS, torchscript(17), image=(16, 16)),
    fixed("groups-dynamo20", GROUPS, dynamo(20), image=(16, 16)),
    fixed("euclidean-ts16", grl(2, euclidean_dist=True), torchscript(16)),
    fixed("euclidean-dynamo20", grl(2, euclidean_dist=True), dynamo(20)),
    fixed("clamped-scale-ts18", PLAIN, torchscript(18), **CLAMPED),
    fixed("clamped-scale-dynamo20-onnxslim", PLAIN, dynamo(20, "onnxslim"), **CLAMPED),
    # Sizes that need padding; one smaller than its padding, which PyTorch then pads with zeros; a single window.
    fixed("padded-ts17", PAIR, torchscript(17), image=(13, 21), other_batch=2),
    fixed("padded-dynamo18", PLAIN, dynamo(18), image=(13, 21), other_batch=2),
    fixed("zero-padded-ts14", PAIR, torchscript(14), image=(3, 12)),
    fixed("zero-padded-dynamo18", PAIR, dynamo(18), image=(3, 12)),
    fixed("single-window-ts17", SINGLE, torchscript(17), image=(8, 8)),
    fixed("single-window-dynamo20-onnxsim", SINGLE, dynamo(20, "onnxsim"), image=(8, 8)),
    # Other restoration networks.
    fixed("swinir-ts17", SWINIR, torchscript(17), **FIXED_SWINIR),
    fixed("swinir-ts11-onnxsim", SWINIR, torchscript(11, "onnxsim"), image=(16, 16), **FIXED_SWINIR),
    fixed("swinir-shuffle2-dynamo20", SWINIR_SHUFFLE, dynamo(20), **FIXED_SWINIR),
    fixed("swin2sr-dynamo20", SWIN2SR, dynamo(20), architecture="Swin2SR", other_sizes=((17, 26), (16, 8), (3, 6))),
    fixed("hat-ts17", HAT, torchscript(17), architecture="HAT", other_sizes=((17, 26), (16, 8))),
    fixed("dat-dynamo20-onnxslim", DAT, dynamo(20, "onnxslim"), architecture="DAT", **FIXED_MULTIPLES),
    fixed("srformer-ts17", SRFORMER, torchscript(17), image=(16, 16), architecture="SRFormer", other_sizes=()),
    fixed("nafnet-dynamo20-onnxsim", NAFNET, dynamo(20, "onnxsim"), architecture="NAFNet", **FIXED_MULTIPLES),
    fixed("safmn-ts20", SAFMN, torchscript(20), architecture="SAFMN", **FIXED_MULTIPLES),
    dynamic("swinir-dynamic-ts17", SWINIR, torchscript(17), architecture="SwinIR"),
    fixed("rcan-ts17", RCAN, torchscript(17), architecture="RCAN"),
    fixed("rcan-dynamo18", RCAN | dict(scale=3), dynamo(18), architecture="RCAN"),
    dynamic("rcan-dynamic-ts13", RCAN | dict(scale=4), torchscript(13), architecture="RCAN"),
]
