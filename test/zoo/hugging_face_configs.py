"""A tiny configuration of every image classifier of transformers: model type -> (arguments of its configuration, height and width of its picture)."""

CLASSES = 5

PLAIN_VIT = dict(image_size=32, patch_size=8, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64)
FOUR_STAGES = dict(hidden_sizes=[8, 16, 32, 32], depths=[1, 1, 2, 1])
TWO_WINDOWED = dict(image_size=64, patch_size=2, embed_dim=16, depths=[1, 2], num_heads=[2, 4], window_size=4)

CONFIGS: dict[str, tuple[dict, int]] = {
    "beit": (dict(PLAIN_VIT, use_relative_position_bias=True), 32),
    "bit": (dict(FOUR_STAGES, embedding_size=8, num_groups=2), 64),
    "clip": (dict(vision_config=PLAIN_VIT, text_config=dict(hidden_size=32, num_hidden_layers=1, num_attention_heads=4, intermediate_size=64, vocab_size=64)), 32),
    "convnext": (dict(FOUR_STAGES, image_size=64), 64),
    "convnextv2": (dict(FOUR_STAGES, image_size=64), 64),
    "cvt": (dict(embed_dim=[8, 16, 32], num_heads=[1, 2, 4], depth=[1, 2, 3]), 64),
    "data2vec-vision": (dict(PLAIN_VIT, use_relative_position_bias=True), 32),
    "deit": (PLAIN_VIT, 32),
    "dinov2": (dict(image_size=32, patch_size=8, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, mlp_ratio=2), 32),
    "dinov2_with_registers": (dict(image_size=32, patch_size=8, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, mlp_ratio=2), 32),
    "donut-swin": (TWO_WINDOWED, 64),
    "efficientformer": (dict(image_size=64, depths=[1, 1, 1, 2], hidden_sizes=[8, 16, 32, 32], dim=32, resolution=2, key_dim=8, num_attention_heads=2), 64),
    "efficientnet": (dict(image_size=64, width_coefficient=1.0, depth_coefficient=1.0, kernel_sizes=[3, 5], in_channels=[32, 16], out_channels=[16, 16],
                          strides=[1, 2], num_block_repeats=[1, 2], expand_ratios=[1, 2], depthwise_padding=[], hidden_dim=1280), 64),
    "focalnet": (dict(image_size=32, patch_size=2, embed_dim=16, hidden_sizes=[16, 32], depths=[1, 2], focal_levels=[2, 2], focal_windows=[3, 3]), 32),
    "hgnet_v2": (dict(hidden_sizes=[16, 32, 64, 64], depths=[1, 1, 1, 1], stem_channels=[3, 8, 8], stage_in_channels=[8, 16, 32, 64],
                      stage_mid_channels=[8, 16, 16, 32], stage_out_channels=[16, 32, 64, 64], stage_num_blocks=[1, 1, 1, 1],
                      stage_numb_of_layers=[2, 2, 2, 2]), 64),
    "hiera": (dict(image_size=[64, 64], embed_dim=16, depths=[1, 1, 2, 1], num_heads=[1, 2, 4, 8], mlp_ratio=2), 64),
    "ijepa": (PLAIN_VIT, 32),
    "levit": (dict(image_size=64, hidden_sizes=[16, 24, 32], num_attention_heads=[2, 3, 4], depths=[1, 1, 1], key_dim=[8, 8, 8]), 64),
    "metaclip_2": (dict(vision_config=PLAIN_VIT, text_config=dict(hidden_size=32, num_hidden_layers=1, num_attention_heads=4, intermediate_size=64, vocab_size=64)), 32),
    "mobilenet_v1": (dict(image_size=64, depth_multiplier=0.25), 64),
    "mobilenet_v2": (dict(image_size=64, depth_multiplier=0.25), 64),
    "mobilevit": (dict(image_size=64, initializer_range=0.2, hidden_sizes=[16, 24, 32], neck_hidden_sizes=[8, 8, 16, 16, 24, 24, 32], num_attention_heads=2), 64),
    "mobilevitv2": (dict(image_size=64, width_multiplier=0.25), 64),
    "perceiver": (dict(image_size=16, num_latents=8, d_latents=32, num_blocks=1, num_self_attends_per_block=2, num_self_attention_heads=4,
                       num_cross_attention_heads=1), 16),
    "poolformer": (dict(FOUR_STAGES), 64),
    "pvt": (dict(FOUR_STAGES, image_size=64, num_attention_heads=[1, 2, 4, 4], mlp_ratios=[2, 2, 2, 2]), 64),
    "pvt_v2": (dict(FOUR_STAGES, image_size=64, num_attention_heads=[1, 2, 4, 4], mlp_ratios=[2, 2, 2, 2]), 64),
    "regnet": (dict(FOUR_STAGES, embedding_size=8, groups_width=4), 64),
    "resnet": (dict(hidden_sizes=[16, 32, 32, 64], depths=[1, 1, 2, 1], embedding_size=8), 64),
    "segformer": (dict(hidden_sizes=[8, 16, 32, 32], depths=[1, 1, 2, 1], num_attention_heads=[1, 2, 4, 4], mlp_ratios=[2, 2, 2, 2]), 64),
    "siglip": (dict(vision_config=PLAIN_VIT, text_config=dict(hidden_size=32, num_hidden_layers=1, num_attention_heads=4, intermediate_size=64, vocab_size=64)), 32),
    "swiftformer": (dict(image_size=64, depths=[1, 1, 2, 1], embed_dims=[8, 16, 32, 32]), 64),
    "swin": (TWO_WINDOWED, 64),
    "swinv2": (TWO_WINDOWED, 64),
    "textnet": (dict(image_size=[64, 64], hidden_sizes=[8, 8, 16, 16, 32]), 64),
    "timm_wrapper": (dict(architecture="test_resnet"), 64),
    "van": (dict(FOUR_STAGES, image_size=64, mlp_ratios=[2, 2, 2, 2]), 64),
    "vit": (PLAIN_VIT, 32),
    "vit_hybrid": (dict(PLAIN_VIT, image_size=64, patch_size=1, backbone_config=dict(
        model_type="bit", hidden_sizes=[8, 16, 16, 16], depths=[1, 1, 1, 1], embedding_size=8, num_groups=2, layer_type="bottleneck",
        global_padding="same", embedding_dynamic_padding=True, out_features=["stage4"])), 64),
    "vit_msn": (PLAIN_VIT, 32),
}

NO_PICTURE = {
    "imagegpt": "takes the numbers of colour clusters",
    "siglip2": "takes patches, a mask and their grid, which its processor makes",
    "shieldgemma2": "is a language model with pictures",
    "dinat": "needs a package of compiled kernels (natten)",
    "nat": "needs a package of compiled kernels (natten)",
}
