print("metaos")
