using Calico.Images;
using Calico.Images.Packages;

if (args.Length == 0 || !Directory.Exists(args[0]))
{
    Console.Error.WriteLine("usage: calico-images REPOSITORY [IMAGE...]\nMakes artifacts/images/*.tar of the programs in artifacts/bin and of Debian packages; run it by ./build.sh --target=Images.");
    return 2;
}

var artifacts = Path.Combine(Path.GetFullPath(args[0]), "artifacts");
var images = Path.Combine(artifacts, "images");
var version = typeof(ImageBuilder).Assembly.GetName().Version!.ToString(3);
ImageBuilder builder = new(new PackageCache(Path.Combine(images, "packages")), Path.Combine(artifacts, "bin"), Path.Combine(images, "restore"), images, version);
try
{
    foreach (var recipe in Recipes.All.Where(recipe => args.Length == 1 || args.Contains(recipe.Name)))
    {
        Console.WriteLine(await builder.BuildAsync(recipe, CancellationToken.None));
    }

    return 0;
}
catch (Exception e) when (e is BuildException or IOException or TimeoutException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
